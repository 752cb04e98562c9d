import type { AuditAction, AuditActor, AuditEvent } from './event.ts'
import { RUNNING } from './running.ts'

/** Version of a row's form; a later one may say more, never something else. */
const SCHEMA_VERSION = 1

/** Events that come by the hundred: what does not change during a viewing stands once, in its opening. */
const SLIM_ACTIONS: ReadonlySet<AuditAction> = new Set([
  'viewing.window',
  'viewing.progressed',
  'download.window',
])

/** The log holds no floats, and 32 bits of milliseconds: what is longer than 24 days is put down as that. */
const MOST_MILLISECONDS = 2 ** 31 - 1
const toMilliseconds = (seconds: number): number => Math.min(Math.round(seconds * 1000), MOST_MILLISECONDS)

function actorColumns(actor: AuditActor | undefined): Record<string, unknown> {
  if (actor === undefined) return {}
  if (actor.kind === 'service') return { actor_kind: 'service', actor_subject: actor.name }
  return {
    actor_kind: 'person',
    actor_issuer: actor.issuer,
    actor_subject: actor.subject,
    actor_name: actor.name,
    actor_email: actor.email,
    actor_roles: actor.roles,
    sign_in_id: actor.signInId,
    signed_in_at: actor.signedInAt,
    acr: actor.acr,
    amr: actor.amr,
  }
}

/** Postgres takes neither NUL nor half a surrogate pair in text, and JSON no bigint. */
function storable(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  return typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\uFFFD') : value
}

/** The event as `audit.append_audit_event` takes it: JSON, keys named as the log's columns. */
export function renderEventInput(event: AuditEvent): string {
  const { client, target, window, media, claimed } = event
  const running = SLIM_ACTIONS.has(event.action)
    ? {}
    : { application_version: RUNNING.version, application_instance: RUNNING.instance }
  const columns = {
    event_id: event.id,
    action: event.action,
    outcome: event.outcome,
    schema_version: SCHEMA_VERSION,
    code: event.code,
    ...actorColumns(event.actor),
    address: client?.address,
    user_agent: client?.userAgent,
    request_id: client?.requestId,
    target_kind: target?.kind,
    target_id: target?.id,
    session_id: event.sessionId,
    archive_id: event.archiveId,
    project_id: event.projectId,
    project_name: event.projectName,
    region: event.region,
    viewing_id: event.viewingId,
    grant_id: event.grantId,
    reason_code: event.reasonCode,
    reason: event.reason,
    case_reference: event.caseReference,
    window_start: window?.start,
    window_end: window?.end,
    bytes: window?.bytes,
    media_from_ms: media && toMilliseconds(media.from),
    media_to_ms: media && toMilliseconds(media.to),
    claimed_ms: claimed?.flat().map(toMilliseconds),
    certificate_fingerprint: event.certificateFingerprint,
    before: event.before,
    after: event.after,
    ...running,
  }
  return JSON.stringify(columns, storable)
}
