import { z } from 'zod'
import type { PrismaClient } from '../../prisma/client/client.ts'
import type { AuditClient } from '../audit/event.ts'
import { withinDeadline } from '../database.ts'
import { AppError, isAppError } from '../errors.ts'
import { findClient } from '../http/client.ts'
import { readBody } from '../http/json.ts'
import { type Services, services } from '../services.ts'
import { endSignInWithin } from './end-sign-in.ts'
import { verifyProviderToken } from './provider-token.ts'
import { countRefusal } from './refusal-count.ts'

/** Whose sign-ins a logout token means: a session of the provider's, everything of a person, or both. */
type Meant = { readonly issuer: string; readonly subject: string | null; readonly session: string | null }

const BODY_MAX_BYTES = 16 * 1024
/** A token tells of something that has just happened: an old one may be one overheard. */
const OLDEST_SECONDS = 300
const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

/** OpenID Connect Back-Channel Logout 1.0 §2.4. */
const logout = z.object({
  sub: z.string().min(1).max(255).optional(),
  sid: z.string().min(1).max(255).optional(),
  events: z.object({ [EVENT]: z.looseObject({}) }),
  // What has a nonce is an ID token.
  nonce: z.undefined().optional(),
})

/** Ends the sign-ins that the identity provider says have ended there. */
export async function answerLogout(request: Request): Promise<Response> {
  return answerLogoutWith(services(), request)
}

/**
 * The same with services handed in. What is refused is counted like refusals of somebody signed out.
 * @throws AppError `request-invalid` that says why; `audit-unavailable`
 */
export async function answerLogoutWith(given: Services, request: Request): Promise<Response> {
  const client = findClient(request.headers)
  try {
    const meant = await parseLogout(given, request)
    await withinDeadline(given.db.$transaction((tx) => endMeant(tx, meant, client)))
  } catch (error) {
    if (isAppError(error) && error.status < 500) countRefusal(given, client, error.code)
    throw error
  }
  return new Response(null, { status: 200, headers: { 'Cache-Control': 'no-store' } })
}

async function parseLogout({ env, log }: Services, request: Request): Promise<Meant> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  const body = new TextDecoder().decode(await readBody(request, BODY_MAX_BYTES))
  const tokens = new URLSearchParams(body).getAll('logout_token')
  const [token] = tokens
  if (type !== 'application/x-www-form-urlencoded' || token === undefined || tokens.length > 1) {
    throw new AppError('request-invalid', 'One logout_token is taken, in a form.')
  }
  const claims = await verifyProviderToken(env, token).catch((error: unknown) => {
    if (isAppError(error)) throw error
    log.warn({ err: error }, 'the identity provider’s keys cannot be read')
    throw new AppError('request-invalid', 'The provider’s keys cannot be read at the moment. Send it again.')
  })
  const { data } = logout.safeParse(claims)
  if (data === undefined || (data.sub === undefined && data.sid === undefined)) {
    throw new AppError('request-invalid', 'The token is no logout token.')
  }
  if (claims.iat < Date.now() / 1000 - OLDEST_SECONDS)
    throw new AppError('request-invalid', 'The token was made too long ago.')
  return { issuer: claims.iss, subject: data.sub ?? null, session: data.sid ?? null }
}

/**
 * A sign-in whose provider session is not known may be the one that is meant, as far as the person is named: it ends too.
 */
async function endMeant(
  tx: Pick<PrismaClient, '$queryRaw'>,
  { issuer, subject, session }: Meant,
  client: AuditClient,
): Promise<void> {
  const going = await tx.$queryRaw<{ id: string }[]>`
    SELECT s.id FROM sign_ins s JOIN people p ON p.id = s.person_id
    WHERE s.ended_at IS NULL AND p.issuer = ${issuer}
      AND (${subject}::text IS NULL OR p.subject = ${subject})
      AND (${session}::text IS NULL OR s.provider_session = ${session}
        OR (${subject}::text IS NOT NULL AND s.provider_session IS NULL))
    ORDER BY s.id`
  for (const { id } of going)
    await endSignInWithin(tx, { signInId: id, reason: 'signed-out-elsewhere', client })
}
