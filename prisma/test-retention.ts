import { randomUUID } from 'node:crypto'
import { eventIdAt, type Session } from './test-log.ts'

// For tests of how long the log is kept: months that are over, laid by the owner, who alone can.

/** The first of the month so many months before this one, as `2026-11-01`. */
export function monthAgo(months: number): string {
  const now = new Date()
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, 1)).toISOString().slice(0, 10)
}

/** Makes the partition of a month as the portal made it when that was still to come. */
export async function layMonth(owner: Session, month: string): Promise<void> {
  const name = `events_${month.slice(0, 7).replace('-', '_')}`
  await owner.ask(
    `CREATE TABLE audit.${name} PARTITION OF audit.events
     FOR VALUES FROM ('${month} 00:00:00+00') TO (('${month}'::timestamp + interval '1 month') AT TIME ZONE 'UTC')`,
  )
  await owner.ask(`CREATE UNIQUE INDEX ${name}_event ON audit.${name} (event_id)`)
  await owner.ask('SELECT audit.guard_table($1::regclass)', [`audit.${name}`])
}

export type OldRow = {
  readonly at: string
  readonly projectId?: string | null
  readonly action?: string
  readonly viewingId?: string | null
  readonly reason?: string | null
  readonly caseReference?: string | null
}

/** Puts a row into a month that is over; its event. One without a reason and a case has no personal values. */
export async function layRow(owner: Session, row: OldRow): Promise<string> {
  const { at, projectId = null, action = 'recording.viewed', viewingId = null } = row
  const { reason = null, caseReference = null } = row
  const eventId = eventIdAt(new Date(at))
  const salt = Buffer.alloc(16, 7)
  await owner.ask(
    `INSERT INTO audit.events (id, at, tx, event_id, action, outcome, schema_version, writer, project_id, viewing_id,
       reason_hash, case_reference_hash)
     VALUES (nextval('audit.events_id_seq'), $1, pg_current_xact_id(), $2, $3::audit.action, 'allowed', 1, 'recordroom', $4, $5,
       sha256($6::bytea || convert_to($7, 'UTF8')), sha256($6::bytea || convert_to($8, 'UTF8')))`,
    [at, eventId, action, projectId, viewingId, salt, reason, caseReference],
  )
  if (reason !== null || caseReference !== null)
    await owner.ask(
      `INSERT INTO audit.audit_content (event_id, at, id, reason, reason_salt, case_reference, case_reference_salt)
       SELECT e.event_id, e.at, e.id, $2::text, CASE WHEN $2::text IS NOT NULL THEN $4::bytea END, $3::text,
         CASE WHEN $3::text IS NOT NULL THEN $4::bytea END
       FROM audit.events e WHERE e.event_id = $1`,
      [eventId, reason, caseReference, salt],
    )
  return eventId
}

/** A rule that two people agreed to, without them: so many months of personal values and of lines. */
export async function layRule(owner: Session, projectId: string | null, months: number): Promise<void> {
  await owner.ask(
    `INSERT INTO audit.log_rules (project_id, content_months, lines_months, change_id, proposed_by, agreed_by, at)
     VALUES ($1, $2, $2, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), now())`,
    [projectId, months],
  )
}

/** As if everything that was announced had been announced so many days before. */
export async function layAnnouncement(
  owner: Session,
  {
    part,
    project = null,
    month,
    days,
  }: { part: string; project?: string | null; month: string; days: number },
): Promise<void> {
  await owner.ask(
    `INSERT INTO audit.drop_announcements (part, project_id, month, rules, rows, at)
     VALUES ($1, $2::uuid, $3::date, audit.require_due($1, $2::uuid, $3::date, interval '8 days'), 1,
       now() - make_interval(days => $4))`,
    [part, project, month, days],
  )
}

/** Erases personal values of a row as two people would, without them. */
export async function eraseValues(owner: Session, eventId: string): Promise<void> {
  await owner.ask('BEGIN')
  await owner.ask(
    `INSERT INTO audit.log_erasures VALUES ($1, gen_random_uuid(), 'for a test', gen_random_uuid(), gen_random_uuid(), now(),
       pg_current_xact_id())`,
    [eventId],
  )
  await owner.ask('DELETE FROM audit.audit_content WHERE event_id = $1', [eventId])
  await owner.ask('COMMIT')
}

/** Puts down a change that waits, as the portal does; its id. */
export async function layChange(
  application: Session,
  change: {
    readonly kind: string
    readonly projectId: string
    readonly proposedBy: string | null
    readonly log: Record<string, unknown>
    readonly forAll?: boolean
  },
): Promise<string> {
  const id = randomUUID()
  const { kind, projectId, proposedBy, log, forAll = false } = change
  await application.ask(
    `INSERT INTO public.changes (id, project_id, kind, summary, secrets, proposed_by)
     VALUES ($1, $2, $3, $4::jsonb, '{}', $5)`,
    [id, projectId, kind, JSON.stringify({ lines: [], forAll, webhookId: null, log }), proposedBy],
  )
  return id
}
