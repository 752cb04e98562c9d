import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import jwt from 'jsonwebtoken'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMigratedDatabase } from '../../e2e/stack/test-database.ts'
import type { Services } from '../services.ts'
import { findActor } from './actor.ts'
import { answerAuthWith } from './handler.ts'
import { createTestServices } from './test-services.ts'

const ORIGIN = 'http://127.0.0.1:3000'
const KEYS = {
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  PS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
} as const

type Algorithm = keyof typeof KEYS
type Habits = {
  readonly algorithm: Algorithm
  readonly listed: readonly string[] | null
  readonly claims: Record<string, unknown>
  readonly userinfo: Record<string, unknown> | null
  readonly path: string
}

const PERSON = { name: 'Some One', email: 'one@bank.test', email_verified: true }
const USUAL: Habits = { algorithm: 'RS256', listed: ['RS256'], claims: PERSON, userinfo: null, path: '' }

let server: Server
let base: string
let databaseUrl: string
let habits = USUAL
let nonce = ''
const opened: Services[] = []

beforeAll(async () => {
  server = createServer((request, response) => answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  databaseUrl = (await createMigratedDatabase()).applicationUrl
  process.env.NEXTAUTH_URL = ORIGIN
})

afterAll(async () => {
  server.closeAllConnections()
  server.close()
  for (const { db } of opened) await db.$disconnect()
})

/** A provider of the smallest kind, with habits of its own. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const issuer = `${base}${habits.path}`
  const at = issuer.replace(/\/$/, '')
  const json = (body: object): void => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(body))
  }
  const path = new URL(request.url ?? '', base).pathname.slice(new URL(at).pathname.replace(/\/$/, '').length)
  if (path === '/.well-known/openid-configuration') {
    json({
      issuer,
      authorization_endpoint: `${at}/authorize`,
      token_endpoint: `${at}/token`,
      jwks_uri: `${at}/jwks`,
      response_types_supported: ['code'],
      ...(habits.listed && { id_token_signing_alg_values_supported: habits.listed }),
      ...(habits.userinfo && { userinfo_endpoint: `${at}/userinfo` }),
    })
  } else if (path === '/jwks') {
    const keys = Object.entries(KEYS).map(([alg, { publicKey }]) => ({
      ...jwk(publicKey),
      alg,
      kid: alg,
      use: 'sig',
    }))
    json({ keys })
  } else if (path === '/token') {
    const { algorithm, claims } = habits
    const now = Math.floor(Date.now() / 1000)
    const told = {
      iss: issuer,
      aud: 'recordroom',
      sub: 's-1',
      nonce,
      iat: now,
      exp: now + 60,
      auth_time: now,
    }
    const key = KEYS[algorithm].privateKey
    const token = jwt.sign({ ...told, ...claims }, key, { algorithm, keyid: algorithm })
    json({ access_token: 'a', token_type: 'Bearer', id_token: token })
  } else json({ sub: 's-1', ...habits.userinfo })
}

function jwk(key: KeyObject): object {
  return key.export({ format: 'jwk' })
}

/** Where a sign-in leads, and who is signed in afterwards. */
async function signIn(changes: Partial<Habits>) {
  habits = { ...USUAL, ...changes }
  const services = createTestServices(databaseUrl, { OIDC_ISSUER: `${base}${habits.path}` })
  opened.push(services)
  const cookies = new Map<string, string>()
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ')
    const request = new Request(`${ORIGIN}/api/auth/${path}`, { ...init, headers: { cookie } })
    const response = await answerAuthWith(
      services,
      request,
      new URL(request.url).pathname.split('/').slice(3),
    )
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    return response
  }
  const { csrfToken } = await (await ask('csrf')).json()
  const body = new URLSearchParams({ csrfToken, callbackUrl: '/' })
  const begun = await ask('signin/oidc', { method: 'POST', body })
  const asked = new URL(begun.headers.get('location') ?? '').searchParams
  nonce = asked.get('nonce') ?? ''
  const back = await ask(`callback/oidc?code=c&state=${asked.get('state')}`)
  const cookie = [...cookies].map((pair) => pair.join('=')).join('; ')
  return { location: back.headers.get('location'), actor: await findActor(services, new Headers({ cookie })) }
}

test.each<[string, Partial<Habits>]>([
  ['RS256', {}],
  ['RS256 without a list', { listed: null }],
  ['ES256', { algorithm: 'ES256', listed: ['ES256'] }],
  ['PS256', { algorithm: 'PS256', listed: ['HS256', 'PS256'] }],
  ['RS256, an address with a path', { path: '/realm' }],
  ['RS256, an address that ends in a slash', { path: '/realm/' }],
])('a provider that signs by %s lets people in', async (_, changes) => {
  const { actor } = await signIn(changes)
  expect(actor).toMatchObject({ subject: 's-1', issuer: `${base}${habits.path}`, email: 'one@bank.test' })
})

test.each<[string, Partial<Habits>]>([
  ['signs by another than it lists', { algorithm: 'ES256', listed: ['PS256'] }],
  ['signs by another than is usual', { algorithm: 'PS256', listed: ['RS256', 'PS256'] }],
  ['names another issuer in its token', { claims: { ...PERSON, iss: 'https://evil.test' } }],
  ['names another audience', { claims: { ...PERSON, aud: 'somebody-else' } }],
  ['repeats an old nonce', { claims: { ...PERSON, nonce: 'old' } }],
  ['speaks of a proof too long ago', { claims: { ...PERSON, auth_time: 1 } }],
  ['tells of somebody else by userinfo', { claims: {}, userinfo: { ...PERSON, sub: 's-2' } }],
])('a provider that %s lets nobody in', async (_, changes) => {
  const { actor, location } = await signIn(changes)
  expect(actor).toBeNull()
  expect(location).toMatch(/^\/sign-in\?error=/)
})

test('what a token leaves out and no userinfo tells is not known, and keeps nobody out', async () => {
  const { actor } = await signIn({ claims: { sub: 's-9', email: 'nine@bank.test' } })
  expect(actor).toMatchObject({ subject: 's-9', name: null, email: null })
})

test('name and mail come from userinfo where the token has none', async () => {
  const userinfo = { name: 'By Userinfo', email: 'userinfo@bank.test', email_verified: true }
  expect((await signIn({ claims: {}, userinfo })).actor).toMatchObject({
    name: 'By Userinfo',
    email: 'userinfo@bank.test',
  })
})
