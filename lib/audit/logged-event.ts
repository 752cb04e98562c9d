import { Prisma } from '../../prisma/client/client.ts'
import { borrowed, personal, whose, whosePersonal } from './borrowed-columns.ts'
import { AUDIT_ACTIONS, type AuditAction, type AuditOutcome } from './event.ts'

/** What was served and claimed during a viewing or download, gathered under its opening. */
export type Folded = {
  readonly windows: number
  /** Sent, PAT and PMT included. */
  readonly servedBytes: number
  /** Seconds of the recording that were served; what was served twice counts once. */
  readonly mediaSeconds: number
  /** Seconds that the player claims to have played. */
  readonly claimedSeconds: number
  readonly lastAt: Date
}

/** One line of the log as people read it. A row of a viewing borrows from its opening what it does not say itself. */
export type LoggedEvent = {
  /** The row's number in the log. */
  readonly id: string
  readonly eventId: string
  readonly at: Date
  /** Where the line stands, for paging: finer than `at`. */
  readonly cursor: string
  readonly action: AuditAction
  readonly outcome: AuditOutcome
  readonly code: string | null
  readonly actorKind: 'person' | 'service' | null
  readonly actorIssuer: string | null
  readonly actorSubject: string | null
  readonly actorName: string | null
  readonly actorEmail: string | null
  readonly actorRoles: readonly string[]
  readonly signInId: string | null
  readonly address: string | null
  readonly userAgent: string | null
  readonly requestId: string | null
  readonly targetKind: string | null
  readonly targetId: string | null
  readonly projectId: string | null
  readonly project: string | null
  readonly sessionId: string | null
  readonly archiveId: string | null
  readonly viewingId: string | null
  readonly grantId: string | null
  readonly reasonCode: string | null
  readonly reason: string | null
  readonly caseReference: string | null
  readonly windowStart: number | null
  readonly windowEnd: number | null
  readonly bytes: number | null
  readonly mediaFromSeconds: number | null
  readonly mediaToSeconds: number | null
  readonly claimed: readonly (readonly [from: number, to: number])[]
  readonly certificateFingerprint: string | null
  readonly before: unknown
  readonly after: unknown
  /** Only under an opening, and only when anything is folded there. */
  readonly folded: Folded | null
}

export type EventRow = Omit<
  LoggedEvent,
  'id' | 'action' | 'claimed' | 'folded' | BytesColumn | MediaColumn
> & {
  id: bigint
  action: string
  claimedMs: number[] | null
  mediaFromMs: number | null
  mediaToMs: number | null
} & Record<BytesColumn, bigint | null>
type BytesColumn = 'windowStart' | 'windowEnd' | 'bytes'
type MediaColumn = 'mediaFromSeconds' | 'mediaToSeconds'

/**
 * What goes with a row `e`: `c` its personal values; `o` and `oc` the same of its viewing's opening, when it has one. Where
 * no row is later than `newest`, later months need not be thought of.
 */
export function joinsOf(newest: Date | null): Prisma.Sql {
  const inTime =
    newest === null ? Prisma.empty : Prisma.sql`AND opening.at < ${newest}::timestamptz + interval '1 day'`
  return Prisma.sql`
    LEFT JOIN audit.audit_content c ON c.event_id = e.event_id
    LEFT JOIN LATERAL (
      SELECT * FROM audit.events opening
      WHERE opening.viewing_id = e.viewing_id
        AND opening.action IN ('viewing.opened', 'download.opened')
        AND e.action NOT IN ('viewing.opened', 'download.opened')
        -- so that later months are not looked into, and a clock that is set back loses nothing
        AND opening.at < e.at + interval '1 day' ${inTime}
      LIMIT 1
    ) o ON true
    LEFT JOIN audit.audit_content oc ON oc.event_id = o.event_id`
}

export const EVENT_TABLES = Prisma.sql`audit.events e ${joinsOf(null)}`

export const EVENT_COLUMNS = Prisma.sql`
  e.id, e.event_id AS "eventId", e.at, (extract(epoch FROM e.at) * 1000000)::bigint || '.' || e.id AS cursor,
  e.action::text AS action, e.outcome::text AS outcome, e.code,
  ${whose('actor_kind')} AS "actorKind", ${whose('actor_issuer')} AS "actorIssuer",
  ${whose('actor_subject')} AS "actorSubject", ${whosePersonal('actor_name')} AS "actorName",
  ${whosePersonal('actor_email')} AS "actorEmail", coalesce(${whose('actor_roles')}, '{}') AS "actorRoles",
  ${whose('sign_in_id')} AS "signInId", ${whosePersonal('address')} AS address,
  ${whosePersonal('user_agent')} AS "userAgent", e.request_id AS "requestId",
  e.target_kind AS "targetKind", e.target_id AS "targetId",
  ${borrowed('project_id')} AS "projectId", ${borrowed('project_name')} AS project,
  ${borrowed('session_id')} AS "sessionId", ${borrowed('archive_id')} AS "archiveId",
  e.viewing_id AS "viewingId", e.grant_id AS "grantId",
  e.reason_code AS "reasonCode", ${personal('reason')} AS reason, ${personal('case_reference')} AS "caseReference",
  e.window_start AS "windowStart", e.window_end AS "windowEnd", e.bytes,
  e.media_from_ms AS "mediaFromMs", e.media_to_ms AS "mediaToMs", e.claimed_ms AS "claimedMs",
  e.certificate_fingerprint AS "certificateFingerprint", e.before, e.after`

export function parseEventRow(row: EventRow, folded: Folded | null): LoggedEvent {
  const { id, action, claimedMs, mediaFromMs, mediaToMs, windowStart, windowEnd, bytes, ...rest } = row
  return {
    ...rest,
    id: String(id),
    action: parseAction(action),
    windowStart: toNumber(windowStart),
    windowEnd: toNumber(windowEnd),
    bytes: toNumber(bytes),
    mediaFromSeconds: toSeconds(mediaFromMs),
    mediaToSeconds: toSeconds(mediaToMs),
    claimed: pairUp(claimedMs ?? []),
    folded,
  }
}

export function isAuditAction(text: string): text is AuditAction {
  return Object.hasOwn(AUDIT_ACTIONS, text)
}

function parseAction(text: string): AuditAction {
  if (!isAuditAction(text)) throw new Error(`the log holds an action this version does not know: ${text}`)
  return text
}

const toNumber = (value: bigint | null): number | null => (value === null ? null : Number(value))
const toSeconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000)

function pairUp(milliseconds: readonly number[]): [number, number][] {
  const pairs: [number, number][] = []
  for (let at = 0; at + 1 < milliseconds.length; at += 2)
    pairs.push([(milliseconds[at] ?? 0) / 1000, (milliseconds[at + 1] ?? 0) / 1000])
  return pairs
}
