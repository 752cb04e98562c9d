import { randomBytes, randomUUID } from 'node:crypto'
import https from 'node:https'
import type { AuthOptions } from 'next-auth'
import type { Adapter, AdapterUser } from 'next-auth/adapters'
import type { OAuthConfig, TokenEndpointHandler } from 'next-auth/providers/oauth'
import { z } from 'zod'
import type { Environment } from '../env.ts'
import { findClient } from '../http/client.ts'
import type { Services } from '../services.ts'
import { readAsking } from './actor.ts'
import { endSignInByToken } from './end-sign-in.ts'
import { type Identity, lacksDetails, parseIdentity } from './identity.ts'
import { findSessionToken, hashToken, sessionCookieName } from './session-cookie.ts'
import { signIn } from './sign-in.ts'
import { LONGEST_HOURS } from './sign-in-times.ts'

const SESSION_SECONDS = LONGEST_HOURS * 60 * 60
const PROVIDER_TIMEOUT_MS = 10_000

/** One request to next-auth's addresses, and what is learnt on the way. */
export type Attempt = {
  readonly headers: Headers
  readonly action: string
  identity: Identity | null
  /** What went wrong on our side; next-auth keeps its cause to itself. */
  failure: unknown
}

/** next-auth, set up for one request. */
export function createAuthOptions(services: Services, attempt: Attempt): AuthOptions {
  const { env, log } = services
  return {
    secret: env.nextauthSecret,
    useSecureCookies: env.https,
    session: {
      strategy: 'database',
      maxAge: SESSION_SECONDS,
      updateAge: SESSION_SECONDS,
      generateSessionToken: () => randomBytes(32).toString('base64url'),
    },
    cookies: {
      sessionToken: {
        name: sessionCookieName(env.https),
        options: { httpOnly: true, sameSite: 'lax', path: '/', secure: env.https },
      },
    },
    pages: { signIn: '/sign-in', error: '/sign-in', signOut: '/sign-in', verifyRequest: '/sign-in' },
    providers: [createProvider(env, attempt)],
    adapter: createAdapter(services, attempt),
    callbacks: {
      redirect: ({ url, baseUrl }) => {
        const target = URL.parse(url, baseUrl)
        return target?.origin === new URL(baseUrl).origin ? target.href : baseUrl
      },
    },
    logger: {
      error: (code, metadata) => log.warn({ code, err: messageOf(metadata) }, 'sign-in failed'),
      warn: (code) => log.warn({ code }, 'next-auth warns'),
      debug: () => {},
    },
  }
}

/**
 * The identity provider. The issuer is set by the operator and may lie inside the network, so it passes no guard; the
 * proxy and the certificates of the environment hold for it.
 */
function createProvider(env: Environment, attempt: Attempt): OAuthConfig<{ sub: string }> {
  const { issuer, clientId, clientSecret, name } = env.oidc
  return {
    id: 'oidc',
    name,
    type: 'oauth',
    wellKnown: `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
    clientId,
    clientSecret,
    idToken: true,
    checks: ['pkce', 'state', 'nonce'],
    // With max_age the provider must say when the person proved who they are (OpenID Connect Core §3.1.2.1).
    authorization: { params: { scope: 'openid email profile', max_age: env.playMaxAuthAgeSeconds } },
    httpOptions: { timeout: PROVIDER_TIMEOUT_MS, ...agentOptions(env) },
    token: {
      request: async ({ client, params, checks, provider }) => ({
        tokens: await clientForAlgorithm(client).callback(provider.callbackUrl, params, checks),
      }),
    },
    userinfo: {
      request: async ({ tokens, client }) => {
        // Its signature, audience, times and nonce have been checked by now.
        const claims = decodeClaims(tokens.id_token)
        const { userinfo_endpoint } = client.issuer.metadata
        const isAsked = lacksDetails(claims) && userinfo_endpoint !== undefined
        const accessToken = isAsked ? tokens.access_token : undefined
        const userinfo = accessToken === undefined ? null : await client.userinfo(accessToken)
        attempt.identity = parseIdentity(claims, userinfo, {
          issuer,
          maxAgeSeconds: env.playMaxAuthAgeSeconds,
          now: new Date(),
        })
        return { sub: attempt.identity.subject }
      },
    },
    profile: ({ sub }) => ({ id: sub }),
  }
}

type Client = Parameters<NonNullable<TokenEndpointHandler['request']>>[0]['client']

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

/**
 * What next-auth keeps people and sessions in: our own tables. Everything happens when the session is made, in one
 * transaction, because next-auth's own steps would leave half a person behind when a later one fails.
 */
function createAdapter(services: Services, attempt: Attempt): Adapter {
  return {
    // Nobody is found beforehand, and nobody by mail: `signIn` finds, binds or makes the person.
    getUserByAccount: () => null,
    getUserByEmail: () => null,
    getUser: () => null,
    createUser: (user: Omit<AdapterUser, 'id'>) => ({ ...user, id: randomUUID() }),
    updateUser: (user) => ({ email: '', emailVerified: null, ...user }),
    linkAccount: async () => {},
    updateSession: () => null,

    createSession: async ({ sessionToken, userId, expires }) => {
      if (attempt.identity === null) throw new Error('a session without an identity')
      const previous = findSessionToken(attempt.headers, services.env.https)
      await watched(
        attempt,
        signIn(services, {
          identity: attempt.identity,
          tokenHash: hashToken(sessionToken),
          previousTokenHash: previous === null ? null : hashToken(previous),
          client: findClient(attempt.headers),
        }),
      )
      return { sessionToken, userId, expires }
    },

    getSessionAndUser: async (sessionToken) => {
      // next-auth would link a second identity to whoever is signed in; here each identity is a person of its own.
      if (attempt.action === 'callback') return null
      const asking = await watched(attempt, readAsking(services, attempt.headers))
      if (asking.kind !== 'actor') return null
      const { personId, name, email, expiresAt } = asking.actor
      return {
        session: { sessionToken, userId: personId, expires: expiresAt },
        user: { id: personId, name, email: email ?? '', emailVerified: null },
      }
    },

    deleteSession: async (sessionToken) => {
      await watched(
        attempt,
        endSignInByToken(services, {
          tokenHash: hashToken(sessionToken),
          reason: 'signed-out',
          client: findClient(attempt.headers),
        }),
      )
    },
  }
}

/** Remembers what went wrong, because next-auth keeps the cause to itself. */
async function watched<T>(attempt: Attempt, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    attempt.failure = error
    throw error
  }
}

/** openid-client dials by Node's own http; without an agent of its own it would pass by the proxy. */
function agentOptions(env: Environment): { agent?: https.Agent } {
  if (env.httpsProxy === null || !env.oidc.issuer.startsWith('https:')) return {}
  const proxyEnv = {
    NODE_ENV: 'production' as const,
    HTTPS_PROXY: env.httpsProxy,
    ...(env.noProxy !== null && { NO_PROXY: env.noProxy }),
  }
  return { agent: new https.Agent({ keepAlive: true, proxyEnv }) }
}

function decodeClaims(idToken: string | undefined): unknown {
  return JSON.parse(Buffer.from(idToken?.split('.')[1] ?? '', 'base64url').toString('utf8'))
}

/** The words alone: what comes with them may hold tokens. */
function messageOf(metadata: unknown): string {
  if (metadata instanceof Error) return metadata.message
  const inner = z.object({ error: z.instanceof(Error) }).safeParse(metadata)
  return inner.success ? inner.data.error.message : ''
}
