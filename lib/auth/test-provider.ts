import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import jwt from 'jsonwebtoken'

// For tests: an identity provider of the smallest kind, with habits that a real one is better without.

export const CLIENT_ID = 'recordroom'
export const CLIENT_SECRET = 'client-secret'

const KEYS = {
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  PS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: generateKeyPairSync('ed25519'),
} as const

export type Signing = {
  readonly algorithm: keyof typeof KEYS | 'HS256' | 'none'
  /** Signed by another key than the one it names. */
  readonly key?: KeyObject
  /** Named instead of the usual; null for none. */
  readonly kid?: string | null
}

export type Habits = {
  readonly signing: Signing
  /** Algorithms that discovery lists; null for no list. */
  readonly listed: readonly string[] | null
  /** In the ID token beside the usual, or instead of it; undefined leaves a claim out. */
  readonly claims: Readonly<Record<string, unknown>>
  /** What userinfo says beside the usual, that it refuses, or what it says that is no JSON; null where there is none. */
  readonly userinfo: Readonly<Record<string, unknown>> | 'refused' | 'unreadable' | null
  /** Of the issuer, behind its host. */
  readonly path: string
  /** What comes of a refresh token; `none` where there are none, `faulty` where all but the good one meet an error. */
  readonly refreshing: 'none' | 'good' | 'refused' | 'broken' | 'silent' | 'faulty'
  /** In the ID token of a refresh; null where it brings none. */
  readonly refreshClaims: Readonly<Record<string, unknown>> | null
}

const PERSON = { name: 'Some One', email: 'one@bank.test', email_verified: true }
const USUAL: Habits = {
  signing: { algorithm: 'RS256' },
  listed: ['RS256'],
  claims: PERSON,
  userinfo: null,
  path: '',
  refreshing: 'none',
  refreshClaims: {},
}

export type TestProvider = {
  readonly issuer: string
  /** What it was asked at the token endpoint, oldest first. */
  readonly asked: readonly URLSearchParams[]
  /** The refresh token that is good now. */
  readonly refreshToken: string
  /** Takes on habits until the next call: the usual ones, save these. */
  behave(changes: Partial<Habits>): void
  /** What a sign-in asked; its nonce goes into the next ID token. */
  expect(asked: URLSearchParams): void
  /** A token of this provider's, or one that only looks so. */
  sign(claims: Readonly<Record<string, unknown>>, signing?: Signing): string
  /** Forgets the key that signs by RS256 and takes another. */
  changeKey(): void
  stop(): void
}

export async function startTestProvider(): Promise<TestProvider> {
  const state = { habits: USUAL, nonce: '', refreshToken: '', kid: 'RS256', asked: [] as URLSearchParams[] }
  let keys: Record<keyof typeof KEYS, { publicKey: KeyObject; privateKey: KeyObject }> = { ...KEYS }
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${portOf(server)}`
  const issuer = () => `${base}${state.habits.path}`

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { habits } = state
    const at = issuer().replace(/\/$/, '')
    const path = new URL(request.url ?? '', base).pathname.slice(
      new URL(at).pathname.replace(/\/$/, '').length,
    )
    const json = (body: object, status = 200): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    if (path === '/.well-known/openid-configuration') {
      json({
        issuer: issuer(),
        authorization_endpoint: `${at}/authorize`,
        token_endpoint: `${at}/token`,
        jwks_uri: `${at}/jwks`,
        response_types_supported: ['code'],
        ...(habits.listed && { id_token_signing_alg_values_supported: habits.listed }),
        ...(habits.userinfo && { userinfo_endpoint: `${at}/userinfo` }),
      })
    } else if (path === '/jwks') json({ keys: listKeys() })
    else if (path === '/token') {
      const form = new URLSearchParams(await readAll(request))
      state.asked.push(form)
      const isRefresh = form.get('grant_type') === 'refresh_token'
      if (!isRefresh) json(giveTokens({ nonce: state.nonce, ...habits.claims }))
      else if (habits.refreshing === 'silent') response.destroy()
      else if (habits.refreshing === 'broken' || (habits.refreshing === 'faulty' && !isGood(form))) {
        json({ error: 'server_error' }, 500)
      } else if (habits.refreshing === 'refused' || !isGood(form)) {
        json({ error: 'invalid_grant' }, 400)
      } else json(giveTokens(habits.refreshClaims && { ...habits.claims, ...habits.refreshClaims }))
    } else if (habits.userinfo === 'refused') json({ error: 'invalid_token' }, 401)
    else if (habits.userinfo === 'unreadable') response.end('{')
    else json({ sub: 's-1', ...habits.userinfo })
  }

  function isGood(form: URLSearchParams): boolean {
    return form.get('refresh_token') === state.refreshToken
  }

  /** Each refresh token is good for one time. */
  function giveTokens(claims: Readonly<Record<string, unknown>> | null): object {
    const { habits } = state
    if (habits.refreshing !== 'none') state.refreshToken = randomUUID()
    const now = Math.floor(Date.now() / 1000)
    return {
      ...{ access_token: 'a', token_type: 'Bearer' },
      ...(claims && { id_token: signToken({ sub: 's-1', auth_time: now, ...claims }, habits.signing) }),
      ...(habits.refreshing !== 'none' && { refresh_token: state.refreshToken }),
    }
  }

  function signToken(claims: Readonly<Record<string, unknown>>, signing: Signing): string {
    const now = Math.floor(Date.now() / 1000)
    const told = { iss: issuer(), aud: CLIENT_ID, iat: now, exp: now + 60, ...claims }
    const { algorithm } = signing
    const usual = algorithm === 'RS256' ? state.kid : algorithm
    const kid = signing.kid === undefined ? usual : signing.kid
    const header = { alg: algorithm, typ: 'JWT', ...(kid !== null && { kid }) }
    const text = [header, told]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    if (algorithm === 'none') return `${text}.`
    if (algorithm === 'HS256') {
      return jwt.sign(JSON.stringify(told), CLIENT_SECRET, { algorithm, header })
    }
    const key = signing.key ?? keys[algorithm].privateKey
    if (algorithm === 'EdDSA') return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`
    return jwt.sign(JSON.stringify(told), key, { algorithm, header })
  }

  function listKeys(): object[] {
    return Object.entries(keys).map(([alg, { publicKey }]) => ({
      ...publicKey.export({ format: 'jwk' }),
      ...{ alg, use: 'sig', kid: alg === 'RS256' ? state.kid : alg },
    }))
  }

  return {
    get issuer() {
      return issuer()
    },
    get asked() {
      return state.asked
    },
    get refreshToken() {
      return state.refreshToken
    },
    behave: (changes) => {
      state.habits = { ...USUAL, ...changes }
    },
    expect: (asked) => {
      state.nonce = asked.get('nonce') ?? ''
    },
    sign: (claims, signing = { algorithm: 'RS256' }) => signToken(claims, signing),
    changeKey: () => {
      keys = { ...keys, RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }) }
      state.kid = randomUUID()
    },
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
