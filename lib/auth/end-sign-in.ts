import type { AuditActor, AuditClient } from '../audit/event.ts'
import { recordEvent } from '../audit/record.ts'
import { withinDeadline } from '../database.ts'
import { eachAlone } from '../each-alone.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'
import { IDLE_MINUTES } from './sign-in-times.ts'

/** Why a sign-in ended, each in words. */
export const END_REASONS = {
  'signed-out': 'Signed out.',
  idle: 'Nothing was done for fifteen minutes.',
  expired: 'Eight hours are over.',
  replaced: 'The same browser signed in anew.',
  disabled: 'The person was disabled.',
  ended: 'Ended by somebody who may.',
  withdrawn: 'The identity provider no longer stands by it.',
  unconfirmed: 'The identity provider did not confirm it in time.',
  'signed-out-elsewhere': 'Signed out at the identity provider.',
} as const satisfies Record<string, string>

export type EndReason = keyof typeof END_REASONS

type Ended = {
  issuer: string
  subject: string
  email: string | null
  name: string | null
  startedAt: Date
  acr: string | null
  amr: string[]
  roles: string[]
}

type Ending = {
  readonly signInId: string
  readonly reason: EndReason
  readonly client: AuditClient | null
  /** Who ends it, where that is not the sign-in itself: whose it was is then said beside. */
  readonly by?: AuditActor
}
type EndingByToken = Omit<Ending, 'signInId'> & { readonly tokenHash: string }

/** Ends a sign-in and puts that on record, both or neither. One that has ended already stays as it ended. */
export async function endSignIn(services: Pick<Services, 'db'>, ending: Ending): Promise<void> {
  await withinDeadline(services.db.$transaction((tx) => endSignInWithin(tx, ending)))
}

/** The same inside a transaction of the caller's. What the provider gave to renew it is forgotten with it. */
export async function endSignInWithin(tx: Pick<Services['db'], '$queryRaw'>, ending: Ending): Promise<void> {
  const [ended] = await tx.$queryRaw<Ended[]>`
    UPDATE sign_ins s SET ended_at = now(), end_reason = ${ending.reason}, secrets = '{}'
    FROM people p
    WHERE s.id = ${ending.signInId}::uuid AND s.ended_at IS NULL AND p.id = s.person_id
    RETURNING p.issuer, p.subject, p.email, p.name, s.started_at AS "startedAt", s.acr, coalesce(s.amr, '{}') AS amr,
      ARRAY(SELECT r.role || coalesce('@' || r.project_id, '') FROM roles_held r WHERE r.person_id = p.id) AS roles`
  if (ended === undefined) return
  await recordEvent(tx, {
    id: newUuid(),
    action: 'sign-in.ended',
    outcome: 'allowed',
    code: ending.reason,
    actor: ending.by ?? toAuditActor(ended, ending.signInId),
    ...(ending.client && { client: ending.client }),
    target: { kind: 'sign-in', id: ending.signInId },
    ...(ending.by && { after: { issuer: ended.issuer, subject: ended.subject } }),
  })
}

/** Ends the sign-in of a token, if it is one that goes on. */
export async function endSignInByToken(services: Pick<Services, 'db'>, ending: EndingByToken): Promise<void> {
  await withinDeadline(services.db.$transaction((tx) => endSignInByTokenWithin(tx, ending)))
}

/** The same inside a transaction of the caller's. */
export async function endSignInByTokenWithin(
  tx: Pick<Services['db'], '$queryRaw'>,
  { tokenHash, reason, client }: EndingByToken,
): Promise<void> {
  const [going] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM sign_ins WHERE token_hash = ${tokenHash} AND ended_at IS NULL`
  if (going !== undefined) await endSignInWithin(tx, { signInId: going.id, reason, client })
}

/** Ends what has lapsed without anybody coming back to notice. For a job; answers how many. */
export async function endLapsedSignIns(services: Pick<Services, 'db'>): Promise<number> {
  const lapsed = await services.db.$queryRaw<{ id: string; reason: EndReason }[]>`
    SELECT id, CASE WHEN expires_at <= now() THEN 'expired' ELSE 'idle' END AS reason
    FROM sign_ins
    WHERE ended_at IS NULL AND (expires_at <= now() OR last_active_at <= now() - make_interval(mins => ${IDLE_MINUTES}))
    ORDER BY started_at LIMIT 200`
  return eachAlone(lapsed, ({ id, reason }) => endSignIn(services, { signInId: id, reason, client: null }))
}

function toAuditActor(ended: Ended, signInId: string): AuditActor {
  return {
    kind: 'person',
    issuer: ended.issuer,
    subject: ended.subject,
    name: ended.name,
    email: ended.email,
    roles: ended.roles,
    signInId,
    signedInAt: ended.startedAt,
    acr: ended.acr,
    amr: ended.amr,
  }
}
