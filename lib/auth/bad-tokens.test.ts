import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { saySignInError } from '../../components/words.ts'
import { createMigratedDatabase } from '../../e2e/stack/test-database.ts'
import type { EnvironmentSource } from '../env.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'
import { type Habits, startTestProvider, type TestProvider } from './test-provider.ts'
import { createTestServices } from './test-services.ts'
import { type Entering, enterBy } from './test-sign-in.ts'

const PERSON = { name: 'Some One', email: 'one@bank.test', email_verified: true }
const now = Math.floor(Date.now() / 1000)
const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

let provider: TestProvider
let databaseUrl: string
let services: Services
const opened: Services[] = []

beforeAll(async () => {
  provider = await startTestProvider()
  databaseUrl = (await createMigratedDatabase()).applicationUrl
  process.env.NEXTAUTH_URL = 'http://127.0.0.1:3000'
  services = open()
})
afterAll(async () => {
  provider.stop()
  for (const { db } of opened) await db.$disconnect()
})

function open(settings: EnvironmentSource = {}): Services {
  const made = createTestServices(databaseUrl, { OIDC_ISSUER: provider.issuer, ...settings })
  opened.push(made)
  return made
}

async function signIn(changes: Partial<Habits>, given = services, entering: Entering = {}) {
  provider.behave(changes)
  return enterBy(provider, given, entering)
}

const countRows = async (): Promise<number[]> => [
  await services.db.person.count(),
  await services.db.signIn.count(),
]
const findLast = () => services.db.$queryRaw<{ action: string; outcome: string; code: string }[]>`
  SELECT action, outcome, code FROM audit.log ORDER BY id DESC LIMIT 1`

/** Refused in words, on record, and nothing half done. */
async function expectRefused(
  code: string,
  changes: Partial<Habits>,
  given = services,
  entering: Entering = {},
) {
  const before = await countRows()
  const { actor, location } = await signIn(changes, given, entering)
  expect(actor).toBeNull()
  expect(location).toBe(`/sign-in?error=${code}`)
  expect(saySignInError(code)).not.toBe(saySignInError('nonsense'))
  expect(await findLast()).toMatchObject([{ action: 'sign-in.failed', code }])
  expect(await countRows()).toEqual(before)
}

describe('an ID token is refused, in words, on record, with nothing half done,', () => {
  test.each<[string, Partial<Habits>]>([
    ['of another nonce', { claims: { ...PERSON, nonce: 'old' } }],
    ['without a nonce', { claims: { ...PERSON, nonce: undefined } }],
    ['for somebody else', { claims: { ...PERSON, aud: 'somebody-else' } }],
    ['for several, and made for another', { claims: { ...PERSON, aud: ['recordroom', 'b'], azp: 'b' } }],
    ['of another issuer', { claims: { ...PERSON, iss: 'https://evil.test' } }],
    ['that has expired', { claims: { ...PERSON, iat: now - 7200, exp: now - 3600 } }],
    ['of a time to come', { claims: { ...PERSON, nbf: now + 3600 } }],
    ['without a subject', { claims: { ...PERSON, sub: undefined } }],
    ['without a signature', { signing: { algorithm: 'none' } }],
    [
      'without a signature, by a provider that lists it',
      { signing: { algorithm: 'none' }, listed: ['none'] },
    ],
    ['signed by the client’s secret', { signing: { algorithm: 'HS256' } }],
    ['signed so by a provider that lists it', { signing: { algorithm: 'HS256' }, listed: ['HS256'] }],
    ['signed by another provider’s key', { signing: { algorithm: 'RS256', key: foreign } }],
    ['signed by a key that is not listed', { signing: { algorithm: 'RS256', key: foreign, kid: 'x' } }],
  ])('%s', async (_, changes) => {
    await expectRefused('TokenRefused', changes)
  })

  test.each<[string, string, Partial<Habits>]>([
    ['a proof too long ago', 'ProofTooOld', { claims: { ...PERSON, auth_time: now - 28_800 - 90 } }],
    ['no word of when', 'ProofUntimed', { claims: { ...PERSON, auth_time: undefined } }],
    ['a time that is none', 'ProofUntimed', { claims: { ...PERSON, auth_time: String(now) } }],
    ['a proof of tomorrow', 'ProofUntimed', { claims: { ...PERSON, auth_time: now + 86_400 } }],
  ])('with %s', async (_, code, changes) => {
    await expectRefused(code, changes)
    expect(await findLast()).toMatchObject([{ outcome: 'refused' }])
  })
})

describe('a proof', () => {
  test('must be one of those asked for', async () => {
    const strict = open({ OIDC_ACR_VALUES: 'urn:two urn:three' })
    const { asked, actor } = await signIn({ claims: { ...PERSON, acr: 'urn:three' } }, strict)
    expect(asked.get('acr_values')).toBe('urn:two urn:three')
    expect(actor).toMatchObject({ acr: 'urn:three' })
    await expectRefused('ProofTooWeak', { claims: { ...PERSON, acr: 'urn:one' } }, strict)
    await expectRefused('ProofTooWeak', { claims: PERSON }, strict)
  })

  test('is asked for as fresh as a page wants it, and looked at for that', async () => {
    const old = { claims: { ...PERSON, auth_time: now - 900 } }
    expect((await signIn(old)).actor).not.toBeNull()
    const fresh = { query: { max_age: '600' } }
    expect((await signIn({}, services, fresh)).asked.get('max_age')).toBe('600')
    await expectRefused('ProofTooOld', old, services, fresh)
  })

  test.each(['99999999', '-5', '1e9', ''])('is never asked for less fresh than is set: %j', async (given) => {
    expect((await signIn({}, services, { query: { max_age: given } })).asked.get('max_age')).toBe('28800')
  })

  test('is not taken by a browser that has forgotten what it asked, or says otherwise', async () => {
    const forget = (cookies: Map<string, string>) => cookies.delete('next-auth.asked')
    await expectRefused('OAuthCallback', {}, services, { tamper: forget })
    const change = (cookies: Map<string, string>) => {
      cookies.set('next-auth.asked', (cookies.get('next-auth.asked') ?? '').replace(/^\d+/, '86400'))
    }
    await expectRefused('OAuthCallback', {}, services, { tamper: change })
  })
})

describe('somebody prepared by mail', () => {
  const prepare = async (email: string): Promise<string> => {
    const { id } = await services.db.person.create({ data: { id: newUuid(), email } })
    return id
  }

  test('is whoever has that mail, in whatever case', async () => {
    const id = await prepare('kim.ira@bank.test')
    const claims = { sub: 'kim', email: 'Kim.IRA@Bank.test', email_verified: true }
    expect((await signIn({ claims })).actor).toMatchObject({ personId: id, email: 'kim.ira@bank.test' })
  })

  test.each([
    ['unverified', 'lou@bank.test', false, 'unverified'],
    ['verified by a word alone', 'lou@bank.test', 'true', 'unverified'],
    ['with a Cyrillic о', 'l\u043Eu@bank.test', true, 'not ASCII'],
    ['with a full-width letter', '\uFF4Cou@bank.test', true, 'not ASCII'],
    ['with a letter without width', 'lo\u200Bu@bank.test', true, 'not ASCII'],
    ['with a Kelvin sign', 'lou@ban\u212A.test', true, 'not ASCII'],
  ])('is not whoever has a mail %s, which is on record', async (name, email, verified, why) => {
    const id = await prepare(`lou@bank.test`)
    const sub = `not lou, ${name}`.replace('о', 'o')
    const { actor } = await signIn({ claims: { sub, email, email_verified: verified } })
    expect(actor).toMatchObject({ email: null, roles: [] })
    expect(actor?.personId).not.toBe(id)
    expect(await services.db.person.count({ where: { id, subject: null } })).toBe(1)
    const [event] = await services.db.$queryRaw<{ after: unknown }[]>`
      SELECT after FROM audit.events WHERE action = 'sign-in.succeeded' ORDER BY id DESC LIMIT 1`
    expect(event).toEqual({ after: { mailLeftOut: why } })
    await services.db.person.updateMany({ where: { id }, data: { email: `${id}@bank.test` } })
  })
})
