import { Prisma } from '../../../prisma/client/client.ts'

/**
 * How a column is written: `number` and `plain` (IDs, times, words of our own lists) as they are, `text` as text that
 * somebody may have chosen, lists and documents each as their format has them.
 */
export type ExportColumnKind = 'number' | 'plain' | 'text' | 'list' | 'document'

export type ExportColumn = {
  readonly name: string
  readonly kind: ExportColumnKind
  /** Stands apart from the row and may be erased; a redacted export is without it. */
  readonly isPersonal: boolean
  /** Over a row `r` of `EVENT_COLUMNS` with `MORE_COLUMNS`. */
  readonly value: string
}

/** A moment in UTC, with microseconds. */
export const utcOf = (moment: string): string =>
  `to_char(${moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

const column = (kind: ExportColumnKind, isPersonal: boolean) => (name: string, value: string) => ({
  ...{ name, kind, isPersonal, value },
})
const number = column('number', false)
const plain = column('plain', false)
const text = column('text', false)
const list = column('list', false)
const document = column('document', false)
const personal = column('text', true)

/** What an export adds to the columns of the log's page. */
export const MORE_COLUMNS = Prisma.sql`
  e.signed_in_at, e.acr, e.amr, coalesce(e.region, o.region) AS region, e.schema_version, e.writer, e.claimed_ms,
  e.application_version, e.application_instance`

/** The moment of the row comes before these, by itself. */
export const EXPORT_COLUMNS: readonly ExportColumn[] = [
  plain('action', 'r.action'),
  plain('outcome', 'r.outcome'),
  text('code', 'r.code'),
  text('actor_kind', 'r."actorKind"'),
  personal('actor_name', 'r."actorName"'),
  personal('actor_email', 'r."actorEmail"'),
  text('actor_subject', 'r."actorSubject"'),
  text('actor_issuer', 'r."actorIssuer"'),
  list('actor_roles', 'r."actorRoles"'),
  text('project', 'r.project'),
  text('region', 'r.region'),
  text('session_id', 'r."sessionId"'),
  plain('archive_id', 'r."archiveId"'),
  plain('viewing_id', 'r."viewingId"'),
  text('reason_code', 'r."reasonCode"'),
  personal('reason', 'r.reason'),
  personal('case_reference', 'r."caseReference"'),
  plain('grant_id', 'r."grantId"'),
  text('target_kind', 'r."targetKind"'),
  text('target_id', 'r."targetId"'),
  personal('address', 'r.address'),
  personal('user_agent', 'r."userAgent"'),
  text('request_id', 'r."requestId"'),
  plain('sign_in_id', 'r."signInId"'),
  plain('signed_in_at', utcOf('r.signed_in_at')),
  text('acr', 'r.acr'),
  list('amr', 'r.amr'),
  number('window_start', 'r."windowStart"'),
  number('window_end', 'r."windowEnd"'),
  number('bytes', 'r.bytes'),
  number('media_from_ms', 'r."mediaFromMs"'),
  number('media_to_ms', 'r."mediaToMs"'),
  list('claimed_ms', 'r.claimed_ms'),
  text('certificate_fingerprint', 'r."certificateFingerprint"'),
  document('before', 'r.before'),
  document('after', 'r.after'),
  plain('project_id', 'r."projectId"'),
  plain('event_id', 'r."eventId"'),
  number('schema_version', 'r.schema_version'),
  text('application_version', 'r.application_version'),
  text('application_instance', 'r.application_instance'),
  text('writer', 'r.writer'),
]
