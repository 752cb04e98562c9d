/** How a column of the log is written in a row's line. */
export type ColumnKind = 'text' | 'integer' | 'moment' | 'bytes' | 'list' | 'json'

/**
 * The columns of `audit.events`, in the order of their names' UTF-16 units. A column that a migration adds belongs
 * here too; where it is empty, a line does not change.
 */
export const LOG_COLUMNS = {
  acr: 'text',
  action: 'text',
  actor_email_hash: 'bytes',
  actor_issuer: 'text',
  actor_kind: 'text',
  actor_name_hash: 'bytes',
  actor_roles: 'list',
  actor_subject: 'text',
  address_hash: 'bytes',
  after: 'json',
  amr: 'list',
  application_instance: 'text',
  application_version: 'text',
  archive_id: 'text',
  at: 'moment',
  before: 'json',
  bytes: 'integer',
  case_reference_hash: 'bytes',
  certificate_fingerprint: 'text',
  claimed_ms: 'list',
  code: 'text',
  event_id: 'text',
  grant_id: 'text',
  id: 'integer',
  media_from_ms: 'integer',
  media_to_ms: 'integer',
  outcome: 'text',
  project_id: 'text',
  project_name: 'text',
  reason_code: 'text',
  reason_hash: 'bytes',
  region: 'text',
  request_id: 'text',
  schema_version: 'integer',
  session_id: 'text',
  sign_in_id: 'text',
  signed_in_at: 'moment',
  target_id: 'text',
  target_kind: 'text',
  tx: 'integer',
  user_agent_hash: 'bytes',
  viewing_id: 'text',
  window_end: 'integer',
  window_start: 'integer',
  writer: 'text',
} as const satisfies Readonly<Record<string, ColumnKind>>

export type LogColumn = keyof typeof LOG_COLUMNS

/**
 * A row of the log as `LOG_ROW_SELECT` reads it: every value as text, so that no driver's idea of a number or a time
 * comes between the row and its line. Moments are microseconds since 1970 (`infinity` where Postgres says so), bytes
 * hex, lists and documents JSON in Postgres's spelling.
 */
export type LogRow = { readonly [Column in LogColumn]: string | null }

/** What to select from `audit.events e` for a LogRow. */
export const LOG_ROW_SELECT: string = Object.entries(LOG_COLUMNS)
  .map(([column, kind]) => `${expressionOf(`e.${column}`, kind)} AS "${column}"`)
  .join(', ')

function expressionOf(column: string, kind: ColumnKind): string {
  switch (kind) {
    case 'moment':
      // Never the column's own text, which depends on the reader's time zone and style of dates.
      return `CASE WHEN isfinite(${column}) THEN trunc(extract(epoch FROM ${column}) * 1000000)::text ELSE ${column}::text END`
    case 'bytes':
      return `encode(${column}, 'hex')`
    case 'list':
      return `to_json(${column})::text`
    default:
      return `${column}::text`
  }
}
