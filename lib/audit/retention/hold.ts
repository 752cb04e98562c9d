import { z } from 'zod'
import { type Act, act, type Deed } from '../../access/act.ts'
import { can, projectsFor } from '../../access/permissions.ts'
import type { Actor } from '../../auth/actor.ts'
import { AppError } from '../../errors.ts'
import { oneLine } from '../../one-line.ts'
import { parseBody } from '../../parse-body.ts'
import { plainText, requireWords } from '../../plain-words.ts'
import { proposeChange } from '../../projects/propose-change.ts'
import { seenCase } from '../../seen-case.ts'
import type { Services } from '../../services.ts'
import { isUuid, newUuid, toLoggedId } from '../../uuid.ts'
import { byHand } from '../../webhooks/by-hand.ts'
import { factsOfPlace, lockPlaceById, lockPlaceByName } from './lock-place.ts'
import type { Proposed } from './propose-rule.ts'

export type WantedHold = {
  /** By name; null: of all projects, where a case is named. */
  readonly project: string | null
  readonly caseReference: string | null
  readonly reason: string
}

const LONGEST_CASE = 200
const hold = z.strictObject({
  project: oneLine(120).nullish(),
  caseReference: z.string().max(LONGEST_CASE).nullish(),
  reason: z.string().max(10_000),
})
const release = z.strictObject({ reason: z.string().max(10_000) })

/** Throws AppError `request-invalid`, also for a hold on nothing. */
export function parseHold(body: unknown): WantedHold {
  const { project = null, caseReference: named, reason } = parseBody(body, hold)
  const caseReference = seenCase(named ?? '')
  if (project === null && caseReference === null)
    throw new AppError('request-invalid', 'Name a project, a case, or both.')
  return { project, caseReference, reason: plainText(reason).trim() }
}

/** Throws AppError `request-invalid`. */
export function parseRelease(body: unknown): { reason: string } {
  return { reason: plainText(parseBody(body, release).reason).trim() }
}

/** How placing one is on record when it is refused. */
export const HOLD_DEED = {
  action: 'hold.changed',
  about: { target: { kind: 'log-hold', id: 'log' } },
} as const

/** How asking for a release is. */
export function deedOfRelease(holdId: string): () => Deed {
  return () => ({
    action: 'change.proposed',
    about: { target: { kind: 'log-hold', id: toLoggedId(holdId) } },
  })
}

/**
 * Puts a project's part of the log, or a case's, on hold: nothing of it is dropped or erased until two people release it. By
 * one auditor. On record, and so is a refusal: `forbidden`, `reason-invalid`.
 */
export async function placeHold(
  services: Services,
  actor: Actor,
  asked: WantedHold,
): Promise<{ holdId: string }> {
  const holdId = newUuid()
  const { project: name, caseReference, reason } = asked
  return act(services, { actor, ...HOLD_DEED }, async (doing) => {
    doing.note({
      target: { kind: 'log-hold', id: holdId },
      reason,
      ...(caseReference !== null && { caseReference }),
    })
    const place = await lockPlaceByName(doing, name, 'audit:read')
    doing.note(factsOfPlace(place))
    requireWords('reason', reason)
    await doing.tx.$queryRaw`
      SELECT audit.place_log_hold(${holdId}::uuid, ${place.project?.id ?? null}::uuid, ${caseReference}, ${reason},
        ${actor.personId}::uuid)::text`
    await doing.record('hold.changed', {
      after: { did: 'placed', of: caseReference === null ? 'project' : 'case' },
    })
    return { holdId }
  })
}

/**
 * Asks that a hold is released; an administrator of where it is, who is somebody else, decides. On record, and so is a
 * refusal: `forbidden`, `reason-invalid`, `already-decided`.
 */
export async function proposeRelease(
  services: Services,
  actor: Actor,
  { holdId, reason }: { readonly holdId: string; readonly reason: string },
): Promise<Proposed> {
  return act(services, { actor, ...deedOfRelease(holdId)() }, async (doing) => {
    const found = await findHold(doing, holdId)
    const place = await lockPlaceById(doing, found.projectId, 'audit:read')
    doing.note({ ...factsOfPlace(place), reason })
    requireWords('reason', reason)
    if (found.isReleased) throw new AppError('already-decided', 'This hold was released already.')
    const of = found.isOfCase ? ' on a case' : ''
    const lines = [
      `the hold${of} placed on ${found.day}: released`,
      'what its rule lets go is announced anew',
    ]
    const changeId = await proposeChange(
      { ...byHand(doing, services.secrets), project: place.beside },
      {
        payload: { kind: 'log-hold', lines },
        summary: { lines, forAll: place.project === null, webhookId: null },
        log: { holdId, reason },
        proposedBy: { personId: actor.personId, name: actor.name },
      },
    )
    return { changeId, state: 'awaiting' }
  })
}

type Found = {
  readonly projectId: string | null
  readonly isOfCase: boolean
  readonly day: string
  readonly isReleased: boolean
}

async function findHold({ tx, actor }: Act, holdId: string): Promise<Found> {
  if (!isUuid(holdId)) throw new AppError('forbidden')
  const [found] = await tx.$queryRaw<Found[]>`
    SELECT h.project_id AS "projectId", h.case_reference IS NOT NULL AS "isOfCase",
      to_char(h.at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day,
      EXISTS (SELECT FROM audit.log_hold_releases r WHERE r.hold_id = h.id) AS "isReleased"
    FROM audit.log_holds h WHERE h.id = ${holdId}::uuid`
  const isTheirs =
    found !== undefined &&
    (found.projectId === null
      ? projectsFor(actor.roles, 'audit:read') === 'all'
      : can(actor.roles, 'audit:read', found.projectId))
  if (!isTheirs) throw new AppError('forbidden')
  return found
}
