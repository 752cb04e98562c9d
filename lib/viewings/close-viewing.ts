import type { Prisma } from '../../prisma/client/client.ts'
import type { AuditActor, AuditClient, AuditOutcome } from '../audit/event.ts'
import { recordEvent } from '../audit/record.ts'
import { type Actor, auditActor } from '../auth/actor.ts'
import { withinDeadline } from '../database.ts'
import { eachAlone } from '../each-alone.ts'
import { AppError, type ErrorCode } from '../errors.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'
import { findLease, LEASE_TABLES, OVERDUE } from './lease.ts'
import { forgetRecording } from './open-recordings.ts'
import { recordRefusal } from './record-refusal.ts'
import { ACTIONS, type CloseReason, type Purpose } from './viewing.ts'

type Transaction = Prisma.TransactionClient

/** What ends a viewing: the reason for its viewer, and for the log who did it and what went wrong, if anything did. */
export type Ending = {
  readonly reason: CloseReason
  readonly outcome?: AuditOutcome
  readonly code?: ErrorCode
  readonly actor?: AuditActor
  readonly client?: AuditClient
}

type Claimed = readonly (readonly [number, number])[]
type ClosedRow = {
  id: string
  purpose: Purpose
  claimed: Claimed | null
  sessionId: string
  archiveId: string
  projectId: string
  projectName: string
  region: string | null
}

/**
 * Ends one viewing and puts that on record, in one transaction; ended already is left as it is.
 * What the player last claimed and was not yet logged goes on record with it.
 */
export async function closeViewing(services: Services, viewingId: string, ending: Ending): Promise<void> {
  await withinDeadline(services.db.$transaction((tx) => closeInTransaction(tx, viewingId, ending)))
  forgetRecording(viewingId)
}

/** The same inside a transaction of the caller’s. Its key goes when the viewing is next asked for. */
export async function closeInTransaction(tx: Transaction, viewingId: string, ending: Ending): Promise<void> {
  const closed = await tx.$queryRaw<ClosedRow[]>`
    UPDATE viewings v SET closed_at = now(), close_reason = ${ending.reason}
    FROM archives a JOIN projects p ON p.id = a.project_id
    WHERE v.id = ${viewingId}::uuid AND v.closed_at IS NULL AND a.id = v.archive_id
    RETURNING v.id, v.purpose, v.claimed, a.session_id AS "sessionId", a.id AS "archiveId",
      p.id AS "projectId", p.name AS "projectName", p.region`
  for (const row of closed) await recordEnd(tx, row, ending)
}

/** Which recording it was is said again: the log is looked through by it, and there this line stands by itself. */
async function recordEnd(tx: Transaction, row: ClosedRow, ending: Ending): Promise<void> {
  const { id: viewingId, purpose, claimed, region, ...recording } = row
  await recordEvent(tx, {
    id: newUuid(),
    action: ACTIONS[purpose].closed,
    outcome: ending.outcome ?? 'allowed',
    viewingId,
    after: { reason: ending.reason },
    ...recording,
    ...(region !== null && { region }),
    ...(claimed?.length && { claimed }),
    ...(ending.code && { code: ending.code }),
    ...(ending.actor && { actor: ending.actor }),
    ...(ending.client && { client: ending.client }),
  })
}

/** `DELETE /viewings/{id}`: again is as good as once; a foreign or unknown one is `forbidden`, on record. */
export async function closeOwnViewing(services: Services, actor: Actor, viewingId: string): Promise<void> {
  const lease = await findLease(services.db, viewingId)
  if (lease?.signInId !== actor.signInId) {
    await recordRefusal(services, actor, { purpose: lease?.purpose ?? 'viewing', code: 'forbidden', lease })
    throw new AppError('forbidden')
  }
  if (lease.closed) return
  await closeViewing(services, viewingId, {
    reason: 'closed',
    actor: auditActor(actor),
    client: actor.client,
  })
}

/**
 * Ends every viewing that is past its time or has lost what it stands on, a hundred at a time; several processes may
 * run it at once. A viewing is refused from the moment it is overdue; this only puts its end on record. Answers how many.
 */
export async function closeOverdueViewings(services: Services): Promise<number> {
  const overdue = await services.db.$queryRaw<{ id: string }[]>`
    SELECT v.id FROM ${LEASE_TABLES}
    WHERE v.closed_at IS NULL AND ${OVERDUE} IS NOT NULL
    ORDER BY v.opened_at LIMIT 100`
  return eachAlone(overdue, async ({ id }) => {
    const lease = await findLease(services.db, id)
    if (lease?.overdue) await closeViewing(services, id, { reason: lease.overdue })
  })
}
