import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import type { PrismaClient } from '../../prisma/client/client.ts'
import type { Environment } from '../env.ts'
import { isAppError } from '../errors.ts'
import { bindSecret, openSecret, parseSecretReferences } from '../projects/secret-reference.ts'
import type { Services } from '../services.ts'
import { endSignIn } from './end-sign-in.ts'
import { keepTold } from './keep-told.ts'
import { verifyProviderToken } from './provider-token.ts'
import { askUserinfo, type Refreshed, refreshTokens } from './refresh-tokens.ts'
import { lacksTold, parseTold, type Told } from './told.ts'

/**
 * `silent`: the provider’s token endpoint could not be asked or said nothing to the point. `failed`: this one could not
 * be confirmed for another cause, which says nothing of the others. `not-due`: another process is at it, or was.
 */
export type Renewal = 'renewed' | 'ended' | 'silent' | 'failed' | 'not-due'

type Due = { signInId: string; personId: string; subject: string; secrets: unknown }

/** So long after the last confirmation the provider is asked again, half a minute more or less, and never past fifteen. */
export const RENEW_AFTER_SECONDS = 14 * 60
const RENEWAL_LIMIT_MS = 45_000
const KEEP_ATTEMPTS = 5
const KEEP_PAUSE_MS = 500

/**
 * Asks the provider whether it still stands by a sign-in, and ends it at once when it does not. The lock is for the time
 * of the question: a refresh token that two processes use is taken for a stolen one. A provider that changes its refresh
 * tokens has changed this one before we can keep the new: what is killed in between ends the sign-in at the next time.
 */
export async function renewSignIn(services: Services, signInId: string): Promise<Renewal> {
  return services.db.$transaction(
    async (tx) => {
      const [lock] = await tx.$queryRaw<{ isOurs: boolean }[]>`
        SELECT pg_try_advisory_xact_lock(hashtextextended(${`renew sign-in ${signInId}`}, 0)) AS "isOurs"`
      const due = lock?.isOurs === true ? await findDue(tx, signInId) : null
      return due === null ? 'not-due' : renewDue(services, due)
    },
    { timeout: RENEWAL_LIMIT_MS },
  )
}

/** Puts down since when sign-ins are not confirmed; one that somebody holds up at the moment, the next run does. */
export async function markFailed({ db }: Services, signInIds: readonly string[]): Promise<void> {
  await db.$executeRaw`
    UPDATE sign_ins SET renewal_failed_at = now()
    WHERE id IN (
      SELECT id FROM sign_ins
      WHERE id = ANY (${[...signInIds]}::uuid[]) AND ended_at IS NULL AND renewal_failed_at IS NULL
      ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)`
}

async function findDue(tx: Pick<PrismaClient, '$queryRaw'>, signInId: string): Promise<Due | null> {
  const [due] = await tx.$queryRaw<Due[]>`
    SELECT s.id AS "signInId", p.id AS "personId", p.subject, s.secrets
    FROM sign_ins s JOIN people p ON p.id = s.person_id
    WHERE s.id = ${signInId}::uuid AND s.ended_at IS NULL AND s.secrets -> 'refreshToken' IS NOT NULL
      AND (s.renewal_failed_at IS NOT NULL
        OR coalesce(s.renewed_at, s.started_at) <= now() - make_interval(secs => ${RENEW_AFTER_SECONDS}))`
  return due ?? null
}

async function renewDue(services: Services, due: Due): Promise<Renewal> {
  const { signInId } = due
  const told = await askAgain(services, due).catch((error: unknown) => {
    services.log.warn({ signInId, err: error }, 'a sign-in could not be confirmed')
    return 'failed' as const
  })
  if (told === 'silent' || told === 'failed') {
    await markFailed(services, [signInId])
    return told
  }
  if (told === 'withdrawn') {
    await endSignIn(services, { signInId, reason: 'withdrawn', client: null })
    return 'ended'
  }
  await services.db.$transaction(async (tx) => {
    // The person first and then the sign-in, as everything does that locks both: whoever disables somebody ends theirs.
    if (told !== null) await keepTold(tx, { personId: due.personId, told, client: null })
    await tx.$executeRaw`
      UPDATE sign_ins SET renewed_at = now(), renewal_failed_at = NULL
      WHERE id = ${signInId}::uuid AND ended_at IS NULL`
  })
  return 'renewed'
}

/** What the provider says of the person now; null when it confirms them and says no more. */
async function askAgain(services: Services, due: Due): Promise<Told | 'withdrawn' | 'silent' | null> {
  const { env, secrets, log } = services
  const { refreshToken } = parseSecretReferences(due.secrets)
  if (refreshToken === undefined) throw new Error('there is no refresh token')
  const token = openSecret(refreshToken, secrets, bindSecret('sign_ins', due.signInId))
  const refreshed = await refreshTokens(env, token).catch((error: unknown) => {
    log.warn({ signInId: due.signInId, err: error }, 'the identity provider does not confirm a sign-in')
    return 'silent' as const
  })
  if (refreshed === 'silent') return 'silent'
  if (refreshed === null) return 'withdrawn'
  // Before anything else that may fail: the one that was used may be worth nothing by now.
  if (refreshed.refreshToken !== null) await keepToken(services, due.signInId, refreshed.refreshToken)
  return readTold(env, due, refreshed)
}

/**
 * The ID token must be about the same person still (OpenID Connect Core §12.2), and so must userinfo (§5.3.2). An answer
 * need not bring an ID token: what it would have said of groups and roles, userinfo is asked then.
 */
async function readTold(
  env: Environment,
  { subject }: Due,
  { idToken, accessToken }: Refreshed,
): Promise<Told | 'withdrawn' | null> {
  try {
    const claims = idToken === null ? null : await verifyProviderToken(env, idToken)
    if (claims !== null && claims.sub !== subject) return 'withdrawn'
    const isAsked = accessToken !== null && lacksTold(claims, env.oidc)
    const userinfo = isAsked ? await askUserinfo(env, accessToken) : null
    if (userinfo !== null && z.object({ sub: z.string() }).parse(userinfo).sub !== subject) return 'withdrawn'
    return claims === null && userinfo === null ? null : parseTold(claims, userinfo, env.oidc)
  } catch (error) {
    if (isAppError(error, 'request-invalid')) return 'withdrawn'
    throw error
  }
}

async function keepToken({ db, secrets }: Services, signInId: string, token: string): Promise<void> {
  const sealed = { refreshToken: { sealed: secrets.seal(token, bindSecret('sign_ins', signInId)) } }
  for (let attempt = 1; ; attempt += 1) {
    try {
      await db.$executeRaw`
        UPDATE sign_ins SET secrets = ${JSON.stringify(sealed)}::jsonb
        WHERE id = ${signInId}::uuid AND ended_at IS NULL`
      return
    } catch (error) {
      if (attempt === KEEP_ATTEMPTS) throw error
      await wait(KEEP_PAUSE_MS)
    }
  }
}
