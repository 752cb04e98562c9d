import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMigratedDatabase } from '../../e2e/stack/test-database.ts'
import type { EnvironmentSource } from '../env.ts'
import type { Services } from '../services.ts'
import { type Habits, startTestProvider, type TestProvider } from './test-provider.ts'
import { createTestServices } from './test-services.ts'
import { type Entering, enterBy } from './test-sign-in.ts'

const PERSON = { name: 'Some One', email: 'one@bank.test', email_verified: true }

let provider: TestProvider
let databaseUrl: string
const opened: Services[] = []

beforeAll(async () => {
  provider = await startTestProvider()
  databaseUrl = (await createMigratedDatabase()).applicationUrl
  process.env.NEXTAUTH_URL = 'http://127.0.0.1:3000'
})

afterAll(async () => {
  provider.stop()
  for (const { db } of opened) await db.$disconnect()
})

/** Where a sign-in at a provider of such habits leads, and who is signed in afterwards. */
async function signIn(changes: Partial<Habits>, settings: EnvironmentSource = {}, entering: Entering = {}) {
  provider.behave(changes)
  const services = createTestServices(databaseUrl, { OIDC_ISSUER: provider.issuer, ...settings })
  opened.push(services)
  return enterBy(provider, services, entering)
}

test.each<[string, Partial<Habits>]>([
  ['RS256', {}],
  ['RS256 without a list', { listed: null }],
  ['ES256', { signing: { algorithm: 'ES256' }, listed: ['ES256'] }],
  ['PS256', { signing: { algorithm: 'PS256' }, listed: ['HS256', 'PS256'] }],
  ['RS256, an address with a path', { path: '/realm' }],
  ['RS256, an address that ends in a slash', { path: '/realm/' }],
])('a provider that signs by %s lets people in', async (_, changes) => {
  const { actor } = await signIn(changes)
  expect(actor).toMatchObject({ subject: 's-1', issuer: provider.issuer, email: 'one@bank.test' })
})

test.each<[string, Partial<Habits>]>([
  ['signs by another than it lists', { signing: { algorithm: 'ES256' }, listed: ['PS256'] }],
  ['signs by another than is usual', { signing: { algorithm: 'PS256' }, listed: ['RS256', 'PS256'] }],
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
