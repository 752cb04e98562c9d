import type { OAuthConfig, TokenEndpointHandler } from 'next-auth/providers/oauth'
import { z } from 'zod'
import type { Environment } from '../env.ts'
import { findProviderAgent, PROVIDER_TIMEOUT_MS } from './ask-provider.ts'
import { lacksDetails, parseIdentity } from './identity.ts'
import type { Attempt } from './options.ts'
import { findProofFault } from './proof.ts'
import { wellKnownOf } from './provider-keys.ts'
import type { ProviderGave } from './sign-in.ts'
import { lacksTold, parseTold } from './told.ts'

type Client = Parameters<NonNullable<TokenEndpointHandler['request']>>[0]['client']
type Said = { readonly claims: unknown; readonly userinfo: unknown; readonly refreshToken: unknown }

/** The identity provider, for one request. What it says of whoever signs in is checked and put into the attempt. */
export function createProvider(env: Environment, attempt: Attempt): OAuthConfig<{ sub: string }> {
  const { issuer, clientId, clientSecret, name, acrValues } = env.oidc
  const agent = issuer.startsWith('https:') ? findProviderAgent(env) : null
  return {
    id: 'oidc',
    name,
    type: 'oauth',
    wellKnown: wellKnownOf(issuer),
    clientId,
    clientSecret,
    idToken: true,
    checks: ['pkce', 'state', 'nonce'],
    authorization: {
      params: {
        scope: 'openid email profile',
        // With max_age the provider must say when the person proved who they are (OpenID Connect Core §3.1.2.1).
        max_age: attempt.asked?.maxAgeSeconds ?? env.playMaxAuthAgeSeconds,
        ...(acrValues.length > 0 && { acr_values: acrValues.join(' ') }),
      },
    },
    httpOptions: { timeout: PROVIDER_TIMEOUT_MS, ...(agent && { agent }) },
    token: {
      request: async ({ client, params, checks, provider }) => {
        try {
          return { tokens: await clientForAlgorithm(client).callback(provider.callbackUrl, params, checks) }
        } catch (error) {
          if (isOfToken(error)) attempt.refusal = 'TokenRefused'
          throw error
        }
      },
    },
    userinfo: {
      request: async ({ tokens, client }) => {
        // Its signature, audience, times and nonce have been checked by now.
        const claims = decodeClaims(tokens.id_token)
        const { userinfo_endpoint } = client.issuer.metadata
        const isAsked =
          (lacksDetails(claims) || lacksTold(claims, env.oidc)) && userinfo_endpoint !== undefined
        const accessToken = isAsked ? tokens.access_token : undefined
        const userinfo = accessToken === undefined ? null : await client.userinfo(accessToken)
        return { sub: takeSaid(env, attempt, { claims, userinfo, refreshToken: tokens.refresh_token }) }
      },
    },
    profile: ({ sub }) => ({ id: sub }),
  }
}

/** Puts what the provider said into the attempt, and answers the subject. Throws when it is not taken. */
function takeSaid(env: Environment, attempt: Attempt, { claims, userinfo, refreshToken }: Said): string {
  const { issuer, acrValues } = env.oidc
  const identity = parseIdentity(claims, userinfo, { issuer })
  attempt.identity = identity
  if (attempt.asked === null) throw new Error('it is not known what this sign-in asked for')
  attempt.refusal = findProofFault(identity, attempt.asked, { acrValues, now: new Date() })
  if (attempt.refusal !== null) throw new Error('the proof is not one that was asked for')
  attempt.gave = parseGave(env, { claims, userinfo, refreshToken })
  return identity.subject
}

const session = z.object({ sid: z.string().min(1).max(255).nullable().catch(null) })
const token = z.string().min(1).max(16_384).nullable().catch(null)

function parseGave({ oidc }: Environment, { claims, userinfo, refreshToken }: Said): ProviderGave {
  return {
    told: parseTold(claims, userinfo, oidc),
    providerSession: session.parse(claims).sid,
    refreshToken: token.parse(refreshToken),
  }
}

/**
 * A client takes ID tokens signed by RS256 and nothing else, unless told. A provider whose discovery lists its
 * algorithms without that one signs by the first of them that needs no shared secret.
 */
function clientForAlgorithm(client: Client): Client {
  const listed = z.array(z.string()).safeParse(client.issuer.metadata.id_token_signing_alg_values_supported)
  const algorithms = listed.data ?? []
  const algorithm = algorithms.find((name) => /^(RS|PS|ES)(256|384|512)$|^EdDSA$/.test(name))
  if (algorithm === undefined || algorithms.includes('RS256')) return client
  const other = new client.issuer.Client({ ...client.metadata, id_token_signed_response_alg: algorithm })
  // How far clocks may differ is kept on the client itself, by a symbol.
  for (const symbol of Object.getOwnPropertySymbols(client))
    Reflect.set(other, symbol, Reflect.get(client, symbol))
  return other
}

/** openid-client's refusal of an ID token brings along the token, or the keys that did not fit it. */
function isOfToken(error: unknown): boolean {
  return error instanceof Error && error.name === 'RPError' && ('jwt' in error || 'jwks' in error)
}

function decodeClaims(idToken: string | undefined): unknown {
  return JSON.parse(Buffer.from(idToken?.split('.')[1] ?? '', 'base64url').toString('utf8'))
}
