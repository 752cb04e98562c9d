import type { Environment } from '../env.ts'
import { type Form, parseCookies } from './next-auth-input.ts'
import type { Attempt } from './options.ts'
import { ASKED_SECONDS, type AskedProof, parseAsked, planMaxAge, signAsked } from './proof.ts'

/**
 * What a sign-in asks of the provider about somebody's proof, by the parameter `max_age`; when it comes back, what it
 * asked when it began.
 */
export function findAsked(
  env: Environment,
  request: Request,
  { action, form }: { readonly action: string; readonly form: Form },
): AskedProof | null {
  const query = new URL(request.url).searchParams
  const now = new Date()
  if (action === 'signin') {
    const asked = query.get('max_age') ?? form?.max_age ?? null
    return { maxAgeSeconds: planMaxAge(asked, env.playMaxAuthAgeSeconds), askedAt: now }
  }
  if (action !== 'callback') return null
  const cookie = parseCookies(request.headers.get('cookie') ?? '')[askedCookieName(env.https)] ?? ''
  return parseAsked(cookie, query.get('state') ?? '', { secret: env.nextauthSecret, now })
}

/** What the browser is to keep of that until its sign-in comes back, and no longer; null where nothing changes. */
export function planAskedCookie(
  env: Environment,
  { action, asked }: Pick<Attempt, 'action' | 'asked'>,
  answer: { readonly headers: Headers; readonly body: string | null },
): string | null {
  if (action === 'callback') return setCookie(env, '', 0)
  const state = action === 'signin' ? findState(answer) : null
  if (state === null || asked === null) return null
  return setCookie(env, signAsked(asked, state, env.nextauthSecret), ASKED_SECONDS)
}

/** The state by which a sign-in is known when it comes back; null where the answer leads to no provider. */
function findState({
  headers,
  body,
}: {
  readonly headers: Headers
  readonly body: string | null
}): string | null {
  const address = headers.get('location') ?? /"url":"([^"\\]+)"/.exec(body ?? '')?.[1] ?? ''
  return URL.parse(address)?.searchParams.get('state') ?? null
}

function askedCookieName(https: boolean): string {
  return https ? '__Host-next-auth.asked' : 'next-auth.asked'
}

function setCookie({ https }: Environment, value: string, seconds: number): string {
  const secure = https ? '; Secure' : ''
  return `${askedCookieName(https)}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure}`
}
