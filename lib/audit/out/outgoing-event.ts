import { Prisma } from '../../../prisma/client/client.ts'

/** A row of the log as other programs get it: named as the view `audit.log` names it. What does not apply is left out. */
export type OutgoingEvent = { readonly id: string; readonly at: string } & Readonly<Record<string, unknown>>

/** Of whoever acted: the row's own, or its opening's where the row names nobody. */
const whose = (column: string): Prisma.Sql =>
  Prisma.raw(`CASE WHEN e.actor_kind IS NULL THEN o.${column} ELSE e.${column} END`)

/** Dropped personal values stand as `erased`, as in the view. */
const whosePersonal = (column: string): Prisma.Sql =>
  Prisma.raw(
    `CASE WHEN e.${column}_hash IS NOT NULL THEN coalesce(c.${column}, 'erased')
      WHEN e.actor_kind IS NULL AND o.${column}_hash IS NOT NULL THEN coalesce(oc.${column}, 'erased') END`,
  )

const borrowed = (column: string): Prisma.Sql => Prisma.raw(`coalesce(e.${column}, o.${column})`)

/** A refusal of somebody else's viewing does not borrow its reason. */
const BORROWS_REASON = "NOT coalesce(e.actor_kind IS NOT NULL AND e.outcome = 'refused', false)"

const reasonPersonal = (column: string): Prisma.Sql =>
  Prisma.raw(
    `CASE WHEN e.${column}_hash IS NOT NULL THEN coalesce(c.${column}, 'erased')
      WHEN o.${column}_hash IS NOT NULL AND ${BORROWS_REASON} THEN coalesce(oc.${column}, 'erased') END`,
  )

const utc = (column: string): Prisma.Sql =>
  Prisma.raw(`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`)

/** What to select from `EVENT_TABLES` for it. Numbers that a double cannot hold are text. */
export const OUTGOING_COLUMNS = Prisma.sql`
  e.id::text AS id, e.event_id, ${utc('e.at')} AS at, e.action::text AS action, e.outcome::text AS outcome, e.code,
  ${whose('actor_kind')} AS actor_kind, ${whose('actor_issuer')} AS actor_issuer,
  ${whose('actor_subject')} AS actor_subject, ${whosePersonal('actor_name')} AS actor_name,
  ${whosePersonal('actor_email')} AS actor_email, ${whose('actor_roles')} AS actor_roles,
  ${whose('sign_in_id')} AS sign_in_id, ${utc(`(CASE WHEN e.actor_kind IS NULL THEN o.signed_in_at ELSE e.signed_in_at END)`)} AS signed_in_at,
  ${whose('acr')} AS acr, ${whose('amr')} AS amr,
  ${whosePersonal('address')} AS address, ${whosePersonal('user_agent')} AS user_agent, e.request_id,
  e.target_kind, e.target_id, ${borrowed('project_id')} AS project_id, ${borrowed('project_name')} AS project,
  ${borrowed('region')} AS region, ${borrowed('session_id')} AS session_id, ${borrowed('archive_id')} AS archive_id,
  e.viewing_id, ${borrowed('grant_id')} AS grant_id,
  coalesce(e.reason_code, CASE WHEN ${Prisma.raw(BORROWS_REASON)} THEN o.reason_code END) AS reason_code,
  ${reasonPersonal('reason')} AS reason, ${reasonPersonal('case_reference')} AS case_reference,
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
