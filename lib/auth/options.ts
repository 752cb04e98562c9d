import { randomBytes, randomUUID } from 'node:crypto'
import type { AuthOptions } from 'next-auth'
import type { Adapter, AdapterUser } from 'next-auth/adapters'
import { z } from 'zod'
import { findClient } from '../http/client.ts'
import type { Services } from '../services.ts'
import { readAsking } from './actor.ts'
import { endSignInByToken } from './end-sign-in.ts'
import type { Identity } from './identity.ts'
import type { AskedProof, ProofFault } from './proof.ts'
import { createProvider } from './provider.ts'
import { findSessionToken, hashToken, sessionCookieName } from './session-cookie.ts'
import { type ProviderGave, signIn } from './sign-in.ts'
import { LONGEST_HOURS } from './sign-in-times.ts'

const SESSION_SECONDS = LONGEST_HOURS * 60 * 60

/** One request to next-auth's addresses, and what is learnt on the way. */
export type Attempt = {
  readonly headers: Headers
  readonly action: string
  /** What the provider is asked, or was when this sign-in began; null when that cannot be told. */
  readonly asked: AskedProof | null
  identity: Identity | null
  gave: ProviderGave | null
  /** Why what the provider says is not taken. */
  refusal: ProofFault | 'TokenRefused' | null
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
          ...(attempt.gave && { gave: attempt.gave }),
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

/** The words alone: what comes with them may hold tokens. */
function messageOf(metadata: unknown): string {
  if (metadata instanceof Error) return metadata.message
  const inner = z.object({ error: z.instanceof(Error) }).safeParse(metadata)
  return inner.success ? inner.data.error.message : ''
}
