import type { PrismaClient } from '../../prisma/client/client.ts'
import { parseRoles, type Role, roleText } from '../access/permissions.ts'
import type { AuditActor, AuditClient } from '../audit/event.ts'
import { withinDeadline } from '../database.ts'
import { findClient } from '../http/client.ts'
import type { Services } from '../services.ts'
import { type EndReason, endSignIn } from './end-sign-in.ts'
import { findSessionToken, hashToken } from './session-cookie.ts'
import { IDLE_MINUTES } from './sign-in-times.ts'
import { IS_UNCONFIRMED } from './unconfirmed.ts'

/** Somebody who is signed in, as their row says at this moment. */
export type Actor = {
  readonly personId: string
  readonly issuer: string
  readonly subject: string
  readonly email: string | null
  readonly name: string | null
  readonly roles: readonly Role[]
  readonly signInId: string
  readonly signedInAt: Date
  /** Eight hours after, whatever happens. */
  readonly expiresAt: Date
  readonly authTime: Date | null
  readonly acr: string | null
  readonly amr: readonly string[]
  readonly client: AuditClient
}

/** Who is asking: somebody, nobody, or somebody whose sign-in has ended. */
export type Asking =
  | { readonly kind: 'actor'; readonly actor: Actor }
  | { readonly kind: 'nobody' }
  | { readonly kind: 'ended' }

const TOUCH_SECONDS = 15

type Row = {
  signInId: string
  personId: string
  issuer: string
  subject: string
  email: string | null
  name: string | null
  signedInAt: Date
  expiresAt: Date
  authTime: Date | null
  acr: string | null
  amr: string[]
  isEnded: boolean
  lapse: EndReason | null
  roles: { role: string; projectId: string | null }[]
}

/** The actor of a request, or null when nobody is signed in. Reads the row fresh; does not count as activity. */
export async function findActor(services: Services, headers: Headers): Promise<Actor | null> {
  const asking = await readAsking(services, headers)
  return asking.kind === 'actor' ? asking.actor : null
}

/**
 * Who is asking. The database is asked even when there is no cookie, so that the answer without it is the same for all.
 * A sign-in found past its time is ended, on record, before this returns.
 */
export async function readAsking(services: Services, headers: Headers): Promise<Asking> {
  const token = findSessionToken(headers, services.env.https)
  const row = await withinDeadline(findRow(services.db, token === null ? '' : hashToken(token)))
  if (row === null) return { kind: 'nobody' }
  if (row.isEnded) return { kind: 'ended' }
  const client = findClient(headers)
  if (row.lapse !== null) {
    await endSignIn(services, { signInId: row.signInId, reason: row.lapse, client })
    return { kind: 'ended' }
  }
  return { kind: 'actor', actor: toActor(row, client) }
}

/** Counts as activity for the idle limit. Cheap to call for every request: at most one write in 15 seconds. */
export async function touchSignIn(services: Services, signInId: string): Promise<void> {
  await withinDeadline(
    services.db.$executeRaw`
      UPDATE sign_ins SET last_active_at = now()
      WHERE id = ${signInId}::uuid AND ended_at IS NULL
        AND last_active_at <= now() - make_interval(secs => ${TOUCH_SECONDS})
        AND last_active_at > now() - make_interval(mins => ${IDLE_MINUTES})`,
  )
}

/** The actor as the log keeps them. */
export function auditActor(actor: Actor): AuditActor {
  return {
    kind: 'person',
    issuer: actor.issuer,
    subject: actor.subject,
    name: actor.name,
    email: actor.email,
    roles: actor.roles.map(roleText),
    signInId: actor.signInId,
    signedInAt: actor.signedInAt,
    acr: actor.acr,
    amr: actor.amr,
  }
}

async function findRow(db: PrismaClient, tokenHash: string): Promise<Row | null> {
  const rows = await db.$queryRaw<Row[]>`
    SELECT s.id AS "signInId", p.id AS "personId", p.issuer, p.subject, p.email, p.name,
      s.started_at AS "signedInAt", s.expires_at AS "expiresAt", s.auth_time AS "authTime", s.acr, coalesce(s.amr, '{}') AS amr,
      s.ended_at IS NOT NULL AS "isEnded",
      CASE
        WHEN p.disabled_at IS NOT NULL THEN 'disabled'
        WHEN s.expires_at <= now() THEN 'expired'
        WHEN s.last_active_at <= now() - make_interval(mins => ${IDLE_MINUTES}) THEN 'idle'
        WHEN ${IS_UNCONFIRMED} THEN 'unconfirmed'
      END AS lapse,
      coalesce(
        (SELECT jsonb_agg(jsonb_build_object('role', r.role, 'projectId', r.project_id))
         FROM roles_held r WHERE r.person_id = p.id),
        '[]') AS roles
    FROM sign_ins s
    JOIN people p ON p.id = s.person_id
    WHERE s.token_hash = ${tokenHash}`
  return rows[0] ?? null
}

function toActor(row: Row, client: AuditClient): Actor {
  return {
    personId: row.personId,
    issuer: row.issuer,
    subject: row.subject,
    email: row.email,
    name: row.name,
    roles: parseRoles(row.roles),
    signInId: row.signInId,
    signedInAt: row.signedInAt,
    expiresAt: row.expiresAt,
    authTime: row.authTime,
    acr: row.acr,
    amr: row.amr,
    client,
  }
}
