import { type KeyObject, verify } from 'node:crypto'
import jwt from 'jsonwebtoken'
import { z } from 'zod'
import type { Environment } from '../env.ts'
import { AppError } from '../errors.ts'
import { findProviderKeys } from './provider-keys.ts'

/** The claims that every token of the provider must hold; the rest is for whoever asks. */
export type ProviderClaims = {
  readonly iss: string
  readonly iat: number
  readonly exp: number
  readonly [name: string]: unknown
}

const ASYMMETRIC = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'] as const
const LEEWAY_SECONDS = 60

const header = z.object({
  alg: z.enum([...ASYMMETRIC, 'EdDSA']),
  kid: z.string().optional(),
  // Nothing that would have to be understood is (RFC 7515 §4.1.11).
  crit: z.undefined().optional(),
})

const claims = z.looseObject({
  iss: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  azp: z.string().optional(),
  iat: z.number(),
  exp: z.number(),
  nbf: z.number().optional(),
})

/**
 * The claims of a token that the provider sends outside a sign-in: signed by one of its keys and never by a shared secret,
 * for this client, of this issuer, in time.
 * @throws AppError `request-invalid` that says what is wrong with it; another Error when the provider does not answer
 */
export async function verifyProviderToken(env: Environment, token: string): Promise<ProviderClaims> {
  const [head = '', payload = '', ...rest] = token.split('.')
  const { data: told } = header.safeParse(decode(head))
  if (told === undefined || rest.length !== 1) {
    throw refuse('The token is not signed in a way that is taken.')
  }
  const keys = await findProviderKeys(env, { kid: told.kid ?? null, alg: told.alg })
  if (!keys.some((key) => isSignedBy(token, key, told.alg))) {
    throw refuse('The token is signed by no key of the identity provider.')
  }
  return checkClaims(env, decode(payload))
}

function checkClaims({ oidc }: Environment, payload: unknown): ProviderClaims {
  const { data } = claims.safeParse(payload)
  if (data === undefined) throw refuse('The token lacks what it must say.')
  if (data.iss !== oidc.issuer) throw refuse('The token is of another issuer.')
  // Of several audiences it may say for whom it was made (OpenID Connect Core §3.1.3.7).
  if (![data.aud].flat().includes(oidc.clientId) || (data.azp ?? oidc.clientId) !== oidc.clientId) {
    throw refuse('The token is for somebody else.')
  }
  const now = Date.now() / 1000
  if (data.exp <= now - LEEWAY_SECONDS) throw refuse('The token has expired.')
  if (Math.max(data.iat, data.nbf ?? 0) > now + LEEWAY_SECONDS)
    throw refuse('The token is of a time to come.')
  return data
}

function isSignedBy(token: string, key: KeyObject, alg: z.infer<typeof header>['alg']): boolean {
  try {
    if (alg === 'EdDSA') return isSignedByEdwards(token, key)
    // Its times are judged with everything else it says.
    jwt.verify(token, key, { algorithms: [alg], ignoreExpiration: true, ignoreNotBefore: true })
    return true
  } catch {
    return false
  }
}

/** jsonwebtoken knows no EdDSA (RFC 8037). */
function isSignedByEdwards(token: string, key: KeyObject): boolean {
  if (key.asymmetricKeyType !== 'ed25519' && key.asymmetricKeyType !== 'ed448') return false
  const end = token.lastIndexOf('.')
  const signature = Buffer.from(token.slice(end + 1), 'base64url')
  return verify(null, Buffer.from(token.slice(0, end)), key, signature)
}

function decode(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
  } catch {
    return null
  }
}

function refuse(detail: string): AppError {
  return new AppError('request-invalid', detail)
}
