import { createPublicKey, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import type { Environment } from '../env.ts'
import { askProvider } from './ask-provider.ts'

/** What the identity provider says of itself. */
export type ProviderMetadata = {
  readonly tokenEndpoint: string
  readonly jwksUri: string
  readonly userinfoEndpoint: string | null
  /** Whether the client's secret goes into the form, because the header is not taken. */
  readonly isSecretPosted: boolean
}

type ProviderKey = { readonly kid: string | null; readonly alg: string | null; readonly key: KeyObject }
type Kept<T> = { readonly value: T; readonly at: number }
type Known = { metadata?: Kept<ProviderMetadata>; keys?: Kept<readonly ProviderKey[]> }

const METADATA_MS = 10 * 60_000
const KEYS_MS = 5 * 60_000
/** Whoever names keys that do not exist makes the provider be asked no more often than this. */
const REFETCH_MS = 1_000

const known = new WeakMap<Environment, Known>()

const metadata = z.object({
  issuer: z.string(),
  token_endpoint: z.url({ protocol: /^https?$/ }),
  jwks_uri: z.url({ protocol: /^https?$/ }),
  userinfo_endpoint: z.url({ protocol: /^https?$/ }).optional(),
  token_endpoint_auth_methods_supported: z.array(z.string()).optional().catch(undefined),
})

const jwks = z.object({ keys: z.array(z.record(z.string(), z.unknown())).max(200) })

/**
 * Where the provider is asked for what, read from its discovery document and kept for ten minutes.
 * @throws Error when it does not answer, or speaks for another issuer
 */
export async function findProviderMetadata(env: Environment): Promise<ProviderMetadata> {
  const kept = keptOf(env)
  if (kept.metadata !== undefined && isFresh(kept.metadata, METADATA_MS)) return kept.metadata.value
  const url = wellKnownOf(env.oidc.issuer)
  const { status, body } = await askProvider(env, { url })
  const { data } = metadata.safeParse(body)
  if (status !== 200 || data === undefined)
    throw new Error(`the discovery document cannot be read (${status})`)
  if (data.issuer !== env.oidc.issuer) throw new Error('the discovery document is of another issuer')
  const methods = data.token_endpoint_auth_methods_supported ?? []
  const value = {
    tokenEndpoint: data.token_endpoint,
    jwksUri: data.jwks_uri,
    userinfoEndpoint: data.userinfo_endpoint ?? null,
    isSecretPosted: methods.includes('client_secret_post') && !methods.includes('client_secret_basic'),
  }
  kept.metadata = { value, at: performance.now() }
  return value
}

export function wellKnownOf(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
}

/**
 * The provider's public keys that a token of this header may be signed by. Kept for five minutes, and read again for a
 * key that is not among them: providers change their keys.
 * @throws Error when the provider does not answer
 */
export async function findProviderKeys(
  env: Environment,
  { kid, alg }: { readonly kid: string | null; readonly alg: string },
): Promise<readonly KeyObject[]> {
  const find = (keys: readonly ProviderKey[]): readonly KeyObject[] =>
    keys
      .filter((each) => (kid === null || each.kid === kid) && (each.alg === null || each.alg === alg))
      .map(({ key }) => key)
  const kept = keptOf(env).keys
  if (kept !== undefined && isFresh(kept, KEYS_MS)) {
    const found = find(kept.value)
    if (found.length > 0 || isFresh(kept, REFETCH_MS)) return found
  }
  return find(await fetchKeys(env))
}

async function fetchKeys(env: Environment): Promise<readonly ProviderKey[]> {
  const { jwksUri } = await findProviderMetadata(env)
  const { status, body } = await askProvider(env, { url: jwksUri })
  const { data } = jwks.safeParse(body)
  if (status !== 200 || data === undefined) throw new Error(`the provider's keys cannot be read (${status})`)
  const value = data.keys.flatMap((jwk) => parseKey(jwk) ?? [])
  keptOf(env).keys = { value, at: performance.now() }
  return value
}

/** Null for what signs nothing, or nothing that is checked without a shared secret. */
function parseKey(jwk: Readonly<Record<string, unknown>>): ProviderKey | null {
  if (jwk.use !== undefined && jwk.use !== 'sig') return null
  try {
    return {
      kid: typeof jwk.kid === 'string' ? jwk.kid : null,
      alg: typeof jwk.alg === 'string' ? jwk.alg : null,
      key: createPublicKey({ key: jwk, format: 'jwk' }),
    }
  } catch {
    return null
  }
}

function keptOf(env: Environment): Known {
  const kept = known.get(env) ?? {}
  known.set(env, kept)
  return kept
}

function isFresh({ at }: Kept<unknown>, lastsMs: number): boolean {
  return performance.now() - at < lastsMs
}
