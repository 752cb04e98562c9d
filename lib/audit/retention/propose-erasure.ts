import { z } from 'zod'
import { type Act, act, type Deed } from '../../access/act.ts'
import { DECIDE_WITHIN_HOURS } from '../../access/deciding.ts'
import type { Actor } from '../../auth/actor.ts'
import { AppError } from '../../errors.ts'
import { parseBody } from '../../parse-body.ts'
import { plainText, requireWords } from '../../plain-words.ts'
import { proposeChange } from '../../projects/propose-change.ts'
import type { Services } from '../../services.ts'
import { isUuid } from '../../uuid.ts'
import { byHand } from '../../webhooks/by-hand.ts'
import { factsOfPlace, lockPlaceById } from './lock-place.ts'
import type { Proposed } from './propose-rule.ts'

export type WantedErasure = { readonly eventId: string; readonly reason: string }

const wanted = z.strictObject({ eventId: z.string().max(64), reason: z.string().max(10_000) })

/** Throws AppError `request-invalid`. */
export function parseErasure(body: unknown): WantedErasure {
  const { eventId, reason } = parseBody(body, wanted)
  return { eventId: eventId.toLowerCase(), reason: plainText(reason).trim() }
}

/** How it is on record when it is refused. */
export function deedOfErasure(said: Readonly<Record<string, unknown>>): Deed {
  const id = typeof said.eventId === 'string' && isUuid(said.eventId) ? said.eventId.toLowerCase() : 'log'
  return { action: 'change.proposed', about: { target: { kind: 'event', id } } }
}

type Row = {
  readonly id: string
  readonly day: string
  readonly projectId: string | null
  readonly values: string[]
}

/**
 * Asks that the personal values of one line are erased for good; an administrator of its project, who is somebody else,
 * decides. On record, and so is a refusal: `forbidden` for a line that is not there or not theirs, `reason-invalid`,
 * `log-kept` where there is nothing to erase.
 */
export async function proposeErasure(
  services: Services,
  actor: Actor,
  asked: WantedErasure,
): Promise<Proposed> {
  const { eventId, reason } = asked
  return act(services, { actor, ...deedOfErasure({ eventId }) }, async (doing) => {
    const row = isUuid(eventId) ? await findRow(doing, eventId) : undefined
    if (row === undefined) throw new AppError('forbidden')
    const place = await lockPlaceById(doing, row.projectId, 'audit:read')
    doing.note({ ...factsOfPlace(place), reason })
    requireWords('reason', reason)
    if (row.values.length === 0)
      throw new AppError('log-kept', 'This line holds no personal values, or no more.')
    await requireNoneWaits(doing, eventId)
    const lines = [
      `line ${row.id} of ${row.day}: ${row.values.join(', ')} erased for good`,
      'the line itself, its hashes and every proof stand',
    ]
    const changeId = await proposeChange(
      { ...byHand(doing, services.secrets), project: place.beside },
      {
        payload: { kind: 'log-erasure', lines },
        summary: { lines, forAll: place.project === null, webhookId: null },
        log: { eventId, reason },
        proposedBy: { personId: actor.personId, name: actor.name },
      },
    )
    return { changeId, state: 'awaiting' }
  })
}

async function findRow({ tx }: Act, eventId: string): Promise<Row | undefined> {
  const [row] = await tx.$queryRaw<Row[]>`
    SELECT e.id::text, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day,
      coalesce(e.project_id, (
        SELECT o.project_id FROM audit.events o
        WHERE o.viewing_id = e.viewing_id AND o.action IN ('viewing.opened', 'download.opened') LIMIT 1
      )) AS "projectId",
      array_remove(ARRAY[
        CASE WHEN c.actor_name IS NOT NULL THEN 'name' END, CASE WHEN c.actor_email IS NOT NULL THEN 'mail' END,
        CASE WHEN c.address IS NOT NULL THEN 'address' END, CASE WHEN c.user_agent IS NOT NULL THEN 'browser' END,
        CASE WHEN c.reason IS NOT NULL THEN 'reason' END, CASE WHEN c.case_reference IS NOT NULL THEN 'case reference' END
      ], NULL) AS values
    FROM audit.events e LEFT JOIN audit.audit_content c ON c.event_id = e.event_id
    WHERE e.event_id = ${eventId}::uuid`
  return row
}

async function requireNoneWaits({ tx }: Act, eventId: string): Promise<void> {
  const [waiting] = await tx.$queryRaw<unknown[]>`
    SELECT id FROM changes WHERE kind = 'log-erasure' AND decision IS NULL AND summary -> 'log' ->> 'eventId' = ${eventId}
      AND proposed_at > now() - make_interval(hours => ${DECIDE_WITHIN_HOURS})`
  if (waiting !== undefined) throw new AppError('log-kept', 'This was asked for already, and waits.')
}
