import { Prisma } from '../../../prisma/client/client.ts'
import { borrowed, whose, whosePersonal, why, whyPersonal } from '../borrowed-columns.ts'

/** A row of the log as other programs get it: named as the view `audit.log` names it. What does not apply is left out. */
export type OutgoingEvent = { readonly id: string; readonly at: string } & Readonly<Record<string, unknown>>

const utc = (column: string): Prisma.Sql =>
  Prisma.raw(`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`)

/** What to select from `EVENT_TABLES` for it. Numbers that a double cannot hold are text. */
export const OUTGOING_COLUMNS = Prisma.sql`
  e.id::text AS id, e.event_id, ${utc('e.at')} AS at, e.action::text AS action, e.outcome::text AS outcome, e.code,
  ${whose('actor_kind')} AS actor_kind, ${whose('actor_issuer')} AS actor_issuer,
  ${whose('actor_subject')} AS actor_subject, ${whosePersonal('actor_name')} AS actor_name,
  ${whosePersonal('actor_email')} AS actor_email, ${whose('actor_roles')} AS actor_roles,
  ${whose('sign_in_id')} AS sign_in_id, ${utc(whose('signed_in_at').sql)} AS signed_in_at,
  ${whose('acr')} AS acr, ${whose('amr')} AS amr,
  ${whosePersonal('address')} AS address, ${whosePersonal('user_agent')} AS user_agent, e.request_id,
  e.target_kind, e.target_id, ${borrowed('project_id')} AS project_id, ${borrowed('project_name')} AS project,
  ${borrowed('region')} AS region, ${borrowed('session_id')} AS session_id, ${borrowed('archive_id')} AS archive_id,
  e.viewing_id, ${borrowed('grant_id')} AS grant_id,
  ${why('reason_code')} AS reason_code, ${whyPersonal('reason')} AS reason,
  ${whyPersonal('case_reference')} AS case_reference,
  e.window_start::float8 AS window_start, e.window_end::float8 AS window_end, e.bytes::float8 AS bytes,
  e.media_from_ms, e.media_to_ms, e.claimed_ms, e.certificate_fingerprint, e.before, e.after,
  e.schema_version, e.application_version, e.application_instance, e.writer`

/** The row without what it does not say. */
export function toOutgoingEvent(row: OutgoingEvent): OutgoingEvent {
  const said = Object.entries(row).filter(
    ([, value]) => value !== null && !(Array.isArray(value) && value.length === 0),
  )
  return { id: row.id, at: row.at, ...Object.fromEntries(said) }
}
