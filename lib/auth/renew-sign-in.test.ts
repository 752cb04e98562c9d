import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { beginInTurn } from '../../e2e/stack/in-turn.ts'
import { createMigratedDatabase, type TestDatabase } from '../../e2e/stack/test-database.ts'
import { setPersonState } from '../access/people/set-person-state.ts'
import { renewSignIns } from '../jobs/renew-sign-ins.ts'
import { listJobs } from '../jobs/worker.ts'
import { resealSecrets } from '../keys/reseal.ts'
import { createSecretBox } from '../keys/seal.ts'
import { bindSecret } from '../projects/secret-reference.ts'
import type { Services } from '../services.ts'
import { readAsking } from './actor.ts'
import { endSignIn } from './end-sign-in.ts'
import { renewDueSignIns } from './renew-due-sign-ins.ts'
import { renewSignIn } from './renew-sign-in.ts'
import { type Habits, startTestProvider, type TestProvider } from './test-provider.ts'
import { createTestServices } from './test-services.ts'
import { type Entered, enterBy } from './test-sign-in.ts'

const SETTINGS = { OIDC_GROUP_CLAIM: 'groups', OIDC_ROLE_CLAIM: 'roles' }
const GOOD: Partial<Habits> = { refreshing: 'good' }

let provider: TestProvider
let database: TestDatabase
let services: Services
let entered: Entered

beforeAll(async () => {
  provider = await startTestProvider()
  database = await createMigratedDatabase()
  process.env.NEXTAUTH_URL = 'http://127.0.0.1:3000'
  services = createTestServices(database.applicationUrl, { OIDC_ISSUER: provider.issuer, ...SETTINGS })
})
beforeEach(async () => {
  await services.db
    .$executeRaw`UPDATE sign_ins SET ended_at = now(), end_reason = 'ended' WHERE ended_at IS NULL`
  provider.behave({ ...GOOD, claims: { groups: ['complaints'] } })
  entered = await enterBy(provider, services)
})
afterAll(async () => {
  provider.stop()
  await services.db.$disconnect()
})

const signInId = (): string => entered.actor?.signInId ?? ''
const findSignIn = () => services.db.signIn.findUniqueOrThrow({ where: { id: signInId() } })
const findGroups = async () =>
  (await services.db.person.findUniqueOrThrow({ where: { id: entered.actor?.personId ?? '' } })).groups
const pass = (minutes: number) => services.db.$executeRaw`
  UPDATE sign_ins SET started_at = started_at - make_interval(mins => ${minutes}),
    expires_at = expires_at - make_interval(mins => ${minutes}),
    renewed_at = renewed_at - make_interval(mins => ${minutes}),
    renewal_failed_at = renewal_failed_at - make_interval(mins => ${minutes})
  WHERE id = ${signInId()}::uuid`
/** As a process that has asked the provider nothing yet. */
const run = () => renewDueSignIns({ ...services, env: { ...services.env } }, AbortSignal.timeout(20_000))
const countAsked = () => provider.asked.filter((form) => form.get('grant_type') === 'refresh_token').length
const findEnd = () => services.db.$queryRaw<{ code: string }[]>`
  SELECT code FROM audit.events WHERE action = 'sign-in.ended' AND target_id = ${signInId()}`

describe('a refresh token', () => {
  test('is kept sealed, bound to its sign-in', async () => {
    const { secrets } = await findSignIn()
    const { refreshToken } = secrets as { refreshToken: { sealed: string } }
    expect(JSON.stringify(secrets)).not.toContain(provider.refreshToken)
    expect(services.secrets.open(refreshToken.sealed, bindSecret('sign_ins', signInId()))).toBe(
      provider.refreshToken,
    )
    expect(() => services.secrets.open(refreshToken.sealed, bindSecret('sign_ins', 'another'))).toThrow()
  })

  test('is sealed anew after a change of key, and renews as before', async () => {
    const newKey = new Uint8Array(32).fill(7)
    const tables = await resealSecrets(services.db, createSecretBox(newKey, services.env.secretsKey))
    expect(tables.find(({ table }) => table === 'sign_ins')).toMatchObject({ unopened: [] })
    await pass(15)
    const changed = { ...services, secrets: createSecretBox(newKey, null) }
    expect(await renewSignIn(changed, signInId())).toBe('renewed')
  })

  test('is forgotten when its sign-in ends', async () => {
    await endSignIn(services, { signInId: signInId(), reason: 'signed-out', client: null })
    expect((await findSignIn()).secrets).toEqual({})
  })

  test('that the provider gives none of is no ground to end', async () => {
    provider.behave({})
    entered = await enterBy(provider, services)
    await pass(100)
    await run()
    expect((await readAsking(services, entered.headers)).kind).toBe('actor')
  })
})

describe('a sign-in is renewed', () => {
  test('after a quarter of an hour and no sooner, with a new refresh token each time', async () => {
    const before = countAsked()
    await pass(13)
    await run()
    expect(countAsked()).toBe(before)
    for (const time of [1, 2]) {
      await pass(15)
      const token = provider.refreshToken
      await run()
      expect(countAsked()).toBe(before + time)
      expect(provider.asked.at(-1)?.get('refresh_token')).toBe(token)
      expect(provider.refreshToken).not.toBe(token)
    }
    expect(await findSignIn()).toMatchObject({
      renewedAt: expect.any(Date),
      renewalFailedAt: null,
      endedAt: null,
    })
  })

  test('with the groups and proposals of now', async () => {
    expect(await findGroups()).toEqual(['complaints'])
    await pass(15)
    provider.behave({ ...GOOD, refreshClaims: { groups: ['Retail leads'], roles: ['auditor'] } })
    await run()
    expect(await findGroups()).toEqual(['Retail leads'])
    const lines = await services.db.$queryRaw<{ action: string; after: unknown }[]>`
      SELECT action::text, after FROM audit.events WHERE target_id = ${entered.actor?.personId} ORDER BY id DESC LIMIT 2`
    expect(lines.toReversed()).toEqual([
      { action: 'groups.changed', after: { groups: ['Retail leads'] } },
      { action: 'role.proposed', after: { roles: ['auditor'] } },
    ])
  })

  test('with groups by userinfo, where the ID token has none', async () => {
    await pass(15)
    provider.behave({ ...GOOD, userinfo: { sub: 's-1', groups: ['by userinfo'] } })
    await run()
    expect(await findGroups()).toEqual(['by userinfo'])
  })

  test('with groups by userinfo, where the answer has no ID token', async () => {
    await pass(15)
    provider.behave({ ...GOOD, refreshClaims: null, userinfo: { groups: ['Retail leads'] } })
    await run()
    expect(await findGroups()).toEqual(['Retail leads'])
    await pass(15)
    provider.behave({ ...GOOD, refreshClaims: null, userinfo: {} })
    await run()
    expect(await findGroups()).toEqual([])
    expect(await findSignIn()).toMatchObject({ renewalFailedAt: null, endedAt: null })
  })

  test('without asking userinfo, where neither groups nor roles are read', async () => {
    await pass(15)
    provider.behave({ ...GOOD, refreshClaims: null, userinfo: 'refused' })
    const { oidc } = services.env
    const env = { ...services.env, oidc: { ...oidc, roleClaim: null, groupClaim: null } }
    expect(await renewSignIn({ ...services, env }, signInId())).toBe('renewed')
  })

  test('and keeps what is known where the answer has no ID token and there is no userinfo', async () => {
    const groups = await findGroups()
    await pass(15)
    provider.behave({ ...GOOD, refreshClaims: null })
    await run()
    expect(await findGroups()).toEqual(groups)
    expect(await findSignIn()).toMatchObject({ renewedAt: expect.any(Date), endedAt: null })
  })

  test('by one of two processes, whose token is used once', async () => {
    await pass(15)
    const other = createTestServices(database.applicationUrl, { OIDC_ISSUER: provider.issuer, ...SETTINGS })
    const own = { ...other, secrets: services.secrets }
    const before = countAsked()
    const renewals = await Promise.all(
      [services, own, services, own].map((each) => renewSignIn(each, signInId())),
    )
    expect(renewals.toSorted()).toEqual(['not-due', 'not-due', 'not-due', 'renewed'])
    expect(countAsked()).toBe(before + 1)
    await other.db.$disconnect()
  })
})

describe('a sign-in ends at once, on record,', () => {
  test.each<[string, Partial<Habits>]>([
    ['when the provider refuses', { refreshing: 'refused' }],
    ['when its ID token is about somebody else', { ...GOOD, refreshClaims: { sub: 's-2' } }],
    ['when its ID token is for somebody else', { ...GOOD, refreshClaims: { aud: 'another' } }],
    ['when its ID token is of another issuer', { ...GOOD, refreshClaims: { iss: 'https://evil.test' } }],
    [
      'when its ID token is signed by somebody else',
      {
        ...GOOD,
        signing: {
          algorithm: 'RS256',
          key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
        },
      },
    ],
    ['when its ID token is not signed', { ...GOOD, signing: { algorithm: 'none' } }],
    ['when userinfo is about somebody else', { ...GOOD, userinfo: { sub: 's-2', groups: ['all'] } }],
    [
      'when userinfo is about somebody else and there is no ID token',
      { ...GOOD, refreshClaims: null, userinfo: { sub: 's-2', groups: ['all'] } },
    ],
  ])('%s', async (_, habits) => {
    const groups = await findGroups()
    await pass(15)
    provider.behave(habits)
    await run()
    expect(await findEnd()).toEqual([{ code: 'withdrawn' }])
    expect(await readAsking(services, entered.headers)).toEqual({ kind: 'ended' })
    expect(await findGroups()).toEqual(groups)
  })

  test('when its refresh token was used up and the new one was lost', async () => {
    // As when the process is killed between the provider's answer and the row.
    const { secrets } = await findSignIn()
    await pass(15)
    await run()
    await services.db.signIn.update({ where: { id: signInId() }, data: { secrets: secrets ?? {} } })
    await pass(15)
    await run()
    expect(await findEnd()).toEqual([{ code: 'withdrawn' }])
  })
})

describe('a provider that does not answer', () => {
  test.each(['silent', 'broken'] as const)(
    'is asked again, and confirms after all: %s',
    async (refreshing) => {
      await pass(15)
      provider.behave({ refreshing })
      await run()
      expect(await findSignIn()).toMatchObject({ renewalFailedAt: expect.any(Date), endedAt: null })
      await pass(4)
      await run()
      expect((await readAsking(services, entered.headers)).kind).toBe('actor')
      provider.behave(GOOD)
      await run()
      expect(await findSignIn()).toMatchObject({
        renewalFailedAt: null,
        renewedAt: expect.any(Date),
        endedAt: null,
      })
    },
  )

  test('for five minutes ends the sign-in', async () => {
    await pass(15)
    provider.behave({ refreshing: 'silent' })
    await run()
    await pass(5)
    await run()
    expect(await findEnd()).toEqual([{ code: 'unconfirmed' }])
  })

  test.each<Partial<Habits>>([
    { refreshClaims: null, userinfo: 'refused' },
    { refreshClaims: null, userinfo: 'unreadable' },
    { refreshClaims: null, userinfo: { sub: undefined, groups: ['all'] } },
    { userinfo: 'refused' },
  ])('by userinfo for five minutes ends the sign-in too: %j', async (habits) => {
    await pass(15)
    provider.behave({ ...GOOD, ...habits })
    await run()
    expect(await findSignIn()).toMatchObject({ renewalFailedAt: expect.any(Date), endedAt: null })
    expect(await findGroups()).not.toContain('all')
    await pass(5)
    await run()
    expect(await findEnd()).toEqual([{ code: 'unconfirmed' }])
  })

  test('is not waited for by each of many, of whom none is forgotten', async () => {
    const others = []
    for (let number = 0; number < 11; number += 1) others.push(await enterBy(provider, services))
    await services.db.$executeRaw`
      UPDATE sign_ins SET started_at = started_at - interval '15 minutes', expires_at = expires_at - interval '15 minutes'
      WHERE ended_at IS NULL`
    provider.behave({ refreshing: 'silent' })
    const before = countAsked()
    await run()
    expect(countAsked() - before).toBeLessThan(9)
    const failing = await services.db.signIn.count({
      where: { endedAt: null, renewalFailedAt: { not: null } },
    })
    expect(failing).toBe(12)
  })
})

test('a sign-in is renewed while its person is disabled: one waits for the other, not both', async () => {
  provider.behave({ ...GOOD, claims: { sub: 's-2' } })
  const { actor: admin } = await enterBy(provider, services)
  const personId = entered.actor?.personId ?? ''
  if (admin === null) throw new Error('nobody came in')
  await services.db.roleHeld.create({ data: { personId: admin.personId, role: 'admin' } })
  provider.behave(GOOD)
  entered = await enterBy(provider, services)
  await pass(15)
  const put = (disabled: boolean) => () =>
    setPersonState(services, admin, { personId, disabled, word: 'Left the company.' })
  const renew = async () => expect(await renewSignIn(services, signInId())).toBe('renewed')
  const held = `SELECT FROM people WHERE id = '${personId}' FOR UPDATE`
  expect(await beginInTurn(database.ownerUrl, held, put(true), renew)).toEqual(['done', 'done'])
  expect(await findEnd()).toEqual([{ code: 'disabled' }])
  await put(false)()
})

test('a sign-in that nobody renews ends when it is used', async () => {
  await pass(46)
  expect(await readAsking(services, entered.headers)).toEqual({ kind: 'ended' })
  expect(await findEnd()).toEqual([{ code: 'unconfirmed' }])
})

test('is among what the worker does', () => {
  expect(listJobs()).toContain(renewSignIns)
})
