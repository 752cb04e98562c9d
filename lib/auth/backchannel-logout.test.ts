import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { POST } from '../../app/api/auth/backchannel-logout/route.ts'
import { createMigratedDatabase } from '../../e2e/stack/test-database.ts'
import type { Services } from '../services.ts'
import { readAsking } from './actor.ts'
import { recordRefusals } from './refusal-count.ts'
import { type Signing, startTestProvider, type TestProvider } from './test-provider.ts'
import { createTestServices } from './test-services.ts'
import { type Entered, enterBy } from './test-sign-in.ts'

const EVENTS = { 'http://schemas.openid.net/event/backchannel-logout': {} }
const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const now = Math.floor(Date.now() / 1000)

let provider: TestProvider
let services: Services
let people = 0

beforeAll(async () => {
  provider = await startTestProvider()
  process.env.NEXTAUTH_URL = 'http://127.0.0.1:3000'
  const { applicationUrl } = await createMigratedDatabase()
  services = createTestServices(applicationUrl, { OIDC_ISSUER: provider.issuer })
  globalThis.recordroomServices = services
})
beforeEach(() => {
  people += 1
})
afterAll(async () => {
  provider.stop()
  await services.db.$disconnect()
})

const subject = (): string => `s-${people}`

/** A sign-in of this test's person, in a session of the provider's. */
async function enter(sid: string | null, sub = subject()): Promise<Entered> {
  provider.behave({ claims: { sub, ...(sid !== null && { sid }) } })
  return enterBy(provider, services)
}

type Logout = { readonly claims?: Record<string, unknown>; readonly signing?: Signing }

function signLogout({ claims = {}, signing }: Logout = {}): string {
  return provider.sign({ sub: subject(), jti: 'j', events: EVENTS, ...claims }, signing)
}

function send(body: string, type = 'application/x-www-form-urlencoded'): Promise<Response> {
  const headers = { 'content-type': type, 'x-recordroom-address': '198.51.100.9' }
  const address = 'http://127.0.0.1:3000/api/auth/backchannel-logout'
  return POST(new Request(address, { method: 'POST', headers, body }), { params: Promise.resolve({}) })
}

const tell = (logout: Logout): Promise<Response> =>
  send(new URLSearchParams({ logout_token: signLogout(logout) }).toString())

const goesOn = async ({ headers }: Entered): Promise<boolean> =>
  (await readAsking(services, headers)).kind === 'actor'

describe('a logout token of the provider', () => {
  test('ends the sign-ins of its session, and no others', async () => {
    const [one, other] = [await enter('sid-1'), await enter('sid-2')]
    const stranger = await enter('sid-3', 'stranger')
    const response = await tell({ claims: { sid: 'sid-1' } })
    expect([response.status, await response.text(), response.headers.get('cache-control')]).toEqual([
      200,
      '',
      'no-store',
    ])
    expect([await goesOn(one), await goesOn(other), await goesOn(stranger)]).toEqual([false, true, true])
  })

  test('ends the sign-ins of its session by the session’s name alone', async () => {
    const [one, other] = [await enter('alone-1'), await enter('alone-2')]
    expect((await tell({ claims: { sid: 'alone-1', sub: undefined } })).status).toBe(200)
    expect([await goesOn(one), await goesOn(other)]).toEqual([false, true])
  })

  test('that names a person alone ends all their sign-ins', async () => {
    const all = [await enter('sid-4'), await enter(null), await enter('sid-5')]
    const stranger = await enter('sid-6', 'stranger')
    await tell({})
    expect(await Promise.all(all.map(goesOn))).toEqual([false, false, false])
    expect(await goesOn(stranger)).toBe(true)
  })

  test('ends a person’s sign-in whose session was never told', async () => {
    const [untold, other] = [await enter(null), await enter('told')]
    await tell({ claims: { sid: 'any' } })
    expect([await goesOn(untold), await goesOn(other)]).toEqual([false, true])
  })

  test('of another person does not end the session of somebody else', async () => {
    const one = await enter('mine')
    expect((await tell({ claims: { sid: 'mine', sub: 'another' } })).status).toBe(200)
    expect(await goesOn(one)).toBe(true)
  })

  test('is on record, once however often it comes', async () => {
    const { actor } = await enter('again')
    for (const _ of [1, 2, 3]) expect((await tell({ claims: { sid: 'again' } })).status).toBe(200)
    const ends = await services.db.$queryRaw<{ code: string; subject: string; address: string }[]>`
      SELECT code, actor_subject AS subject, address FROM audit.log
      WHERE action = 'sign-in.ended' AND actor_subject = ${subject()}`
    expect(ends).toEqual([{ code: 'signed-out-elsewhere', subject: actor?.subject, address: '198.51.100.9' }])
  })

  test('is known by a key that came after the last look', async () => {
    const one = await enter('key')
    await tell({ claims: { sid: 'other' } })
    provider.changeKey()
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    expect((await tell({ claims: { sid: 'key' } })).status).toBe(200)
    expect(await goesOn(one)).toBe(false)
  })

  test.each<Signing['algorithm']>(['PS256', 'ES256', 'EdDSA'])('may be signed by %s', async (algorithm) => {
    const one = await enter('alg')
    expect((await tell({ signing: { algorithm } })).status).toBe(200)
    expect(await goesOn(one)).toBe(false)
  })
})

describe('a logout token is refused, and ends nothing,', () => {
  test.each<[string, Logout]>([
    ['without a signature', { signing: { algorithm: 'none' } }],
    ['without a signature, naming no key', { signing: { algorithm: 'none', kid: null } }],
    ['signed by the client’s secret', { signing: { algorithm: 'HS256' } }],
    [
      'signed by the client’s secret, under the name of a key',
      { signing: { algorithm: 'HS256', kid: 'RS256' } },
    ],
    ['signed by another key', { signing: { algorithm: 'RS256', key: foreign } }],
    [
      'signed by another key that it does not name',
      { signing: { algorithm: 'RS256', key: foreign, kid: null } },
    ],
    ['signed by a key that is not listed', { signing: { algorithm: 'RS256', key: foreign, kid: 'x' } }],
    ['under the name of a key of another kind', { signing: { algorithm: 'PS256', kid: 'ES256' } }],
    ['of another issuer', { claims: { iss: 'https://evil.test' } }],
    ['for somebody else', { claims: { aud: 'another' } }],
    ['made for somebody else', { claims: { aud: ['recordroom', 'another'], azp: 'another' } }],
    ['that has expired', { claims: { iat: now - 600, exp: now - 300 } }],
    ['that was made long ago, whenever it expires', { claims: { iat: now - 600 } }],
    ['that does not expire', { claims: { exp: undefined } }],
    ['of no time', { claims: { iat: undefined } }],
    ['of a time to come', { claims: { iat: now + 600, exp: now + 900 } }],
    ['with a nonce, as an ID token has', { claims: { nonce: 'n' } }],
    ['without the event', { claims: { events: undefined } }],
    ['of another event', { claims: { events: { 'https://bank.test/event': {} } } }],
    ['whose event is no object', { claims: { events: { [Object.keys(EVENTS)[0] ?? '']: true } } }],
    ['that names nobody', { claims: { sub: undefined } }],
    ['that names somebody by a number', { claims: { sub: 7 } }],
  ])('%s', async (_, logout) => {
    const one = await enter('refused')
    const response = await tell(logout)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      code: 'request-invalid',
      detail: expect.stringMatching(/\.$/),
    })
    expect(await goesOn(one)).toBe(true)
  })

  test.each([
    ['no form', () => JSON.stringify({ logout_token: signLogout() }), 'application/json'],
    ['no token', () => 'logout_token=', undefined],
    ['two tokens', () => `logout_token=${signLogout()}&logout_token=${signLogout()}`, undefined],
    ['what is no token', () => 'logout_token=a.b.c', undefined],
    ['a token of four parts', () => `logout_token=${signLogout()}.x`, undefined],
    ['too much', () => `logout_token=${signLogout()}&x=${'x'.repeat(20_000)}`, undefined],
  ])('when %s is sent', async (_, body, type) => {
    const one = await enter('form')
    const response = await send(body(), type)
    expect(response.status).toBe(_ === 'too much' ? 413 : 400)
    expect(await goesOn(one)).toBe(true)
  })

  test('when the provider’s keys cannot be read, in words that say so', async () => {
    const one = await enter('keys')
    const token = signLogout()
    globalThis.recordroomServices = {
      ...services,
      env: { ...services.env, oidc: { ...services.env.oidc, issuer: 'http://127.0.0.1:1' } },
    }
    const response = await send(new URLSearchParams({ logout_token: token }).toString())
    globalThis.recordroomServices = services
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { detail: expect.stringContaining('keys cannot be read') },
    ])
    expect(await goesOn(one)).toBe(true)
  })

  test('when the database is away, in a way that is sent again', async () => {
    const nowhere = createTestServices('postgresql://nobody:nothing@127.0.0.1:1/none', {
      OIDC_ISSUER: provider.issuer,
    })
    globalThis.recordroomServices = nowhere
    expect((await tell({})).status).toBe(503)
    globalThis.recordroomServices = services
  })

  test('and is counted', async () => {
    await recordRefusals(services)
    const [row] = await services.db.$queryRaw<{ after: { times: number } }[]>`
      SELECT e.after FROM audit.events e JOIN audit.audit_content c USING (event_id)
      WHERE e.action = 'address.refused' AND e.code = 'request-invalid' AND c.address = '198.51.100.9'`
    expect(row?.after.times).toBeGreaterThan(20)
  })
})
