import { newEventId, recordEvent } from '../audit/record.ts'
import { type Actor, auditActor } from '../auth/actor.ts'
import { withinDeadline } from '../database.ts'
import { AppError, type ErrorCode } from '../errors.ts'
import type { Services } from '../services.ts'
import { closeViewing } from './close-viewing.ts'
import { closedError, findLease, type Lease } from './lease.ts'
import { ACTIONS, type Purpose } from './viewing.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/**
 * The lease of a viewing that was opened by this very sign-in and is still open.
 * Throws `forbidden` for a foreign or unknown one, `viewing-closed` for one that has ended; each refusal is on record,
 * and an end noticed here is put on record before it is told.
 */
export async function requireViewing(
  services: Services,
  actor: Actor,
  which: { readonly viewingId: string; readonly purpose: Purpose },
): Promise<Lease> {
  const lease = UUID.test(which.viewingId) ? await findLease(services.db, which.viewingId) : null
  if (!lease || lease.signInId !== actor.signInId || lease.purpose !== which.purpose) {
    await recordRefusal(services, actor, { purpose: which.purpose, code: 'forbidden', lease })
    throw new AppError('forbidden')
  }
  if (lease.closed) {
    await recordRefusal(services, actor, { purpose: which.purpose, code: 'viewing-closed', lease })
    throw closedError(lease.closed)
  }
  if (lease.overdue) {
    await closeViewing(services, lease.viewingId, { reason: lease.overdue })
    throw closedError(lease.overdue)
  }
  return lease
}

async function recordRefusal(
  services: Services,
  actor: Actor,
  refusal: { purpose: Purpose; code: ErrorCode; lease: Lease | null },
): Promise<void> {
  await withinDeadline(
    recordEvent(services.db, {
      id: newEventId(),
      action: ACTIONS[refusal.purpose].refused,
      outcome: 'refused',
      code: refusal.code,
      actor: auditActor(actor),
      client: actor.client,
      ...(refusal.lease && { viewingId: refusal.lease.viewingId, archiveId: refusal.lease.archiveId }),
    }),
  )
}
