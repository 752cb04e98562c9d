import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Identity } from './identity.ts'

/** What a sign-in asked of the provider about how somebody proves who they are. */
export type AskedProof = {
  readonly maxAgeSeconds: number
  readonly askedAt: Date
}

/** Why a proof is not taken; the sign-in page has words for each. */
export type ProofFault = 'ProofTooOld' | 'ProofUntimed' | 'ProofTooWeak'

/** How far the provider's clock may differ from ours. */
const LEEWAY_MS = 60_000
/** As long as next-auth keeps the rest of what it asked. */
export const ASKED_SECONDS = 15 * 60

/** How old a proof may be: what was asked for, in digits, and never more than `longest`. */
export function planMaxAge(asked: string | null, longest: number): number {
  return asked !== null && /^\d{1,9}$/.test(asked) ? Math.min(Number(asked), longest) : longest
}

/**
 * What is wrong with how somebody proved who they are, judged by the ID token alone: a provider may pass over what it was
 * asked (OpenID Connect Core §3.1.2.1), and one that says no `auth_time` has.
 */
export function findProofFault(
  { authTime, acr }: Pick<Identity, 'authTime' | 'acr'>,
  { maxAgeSeconds, askedAt }: AskedProof,
  { acrValues, now }: { readonly acrValues: readonly string[]; readonly now: Date },
): ProofFault | null {
  if (authTime === null || authTime.getTime() > now.getTime() + LEEWAY_MS) return 'ProofUntimed'
  if (authTime.getTime() < askedAt.getTime() - maxAgeSeconds * 1000 - LEEWAY_MS) return 'ProofTooOld'
  if (acrValues.length > 0 && (acr === null || !acrValues.includes(acr))) return 'ProofTooWeak'
  return null
}

/** What was asked, for a cookie of the browser that asked: whoever changes it, or the sign-in it belongs to, breaks it. */
export function signAsked(asked: AskedProof, state: string, secret: string): string {
  const text = `${asked.maxAgeSeconds}.${Math.floor(asked.askedAt.getTime() / 1000)}`
  return `${text}.${macOf(text, state, secret)}`
}

/** What was asked by the sign-in of this `state`; null when that is not said, not signed or too long ago. */
export function parseAsked(
  cookie: string,
  state: string,
  { secret, now }: { readonly secret: string; readonly now: Date },
): AskedProof | null {
  const [, text = '', maxAge, seconds, mac = ''] = /^((\d{1,9})\.(\d{1,11}))\.([\w-]{43})$/.exec(cookie) ?? []
  const expected = macOf(text, state, secret)
  if (mac.length !== expected.length || !timingSafeEqual(Buffer.from(mac), Buffer.from(expected))) return null
  const askedAt = new Date(Number(seconds) * 1000)
  const ageMs = now.getTime() - askedAt.getTime()
  return ageMs > ASKED_SECONDS * 1000 ? null : { maxAgeSeconds: Number(maxAge), askedAt }
}

function macOf(text: string, state: string, secret: string): string {
  return createHmac('sha256', secret).update(`asked proof\0${state}\0${text}`).digest('base64url')
}
