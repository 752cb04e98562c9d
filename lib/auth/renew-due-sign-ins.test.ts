import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createMigratedDatabase } from '../../e2e/stack/test-database.ts'
import type { Services } from '../services.ts'
import { readAsking } from './actor.ts'
import { renewDueSignIns } from './renew-due-sign-ins.ts'
import { startTestProvider, type TestProvider } from './test-provider.ts'
import { createTestServices } from './test-services.ts'
import { type Entered, enterBy } from './test-sign-in.ts'

let provider: TestProvider
let services: Services
let owner: pg.Client
let eighth: Entered

beforeAll(async () => {
  provider = await startTestProvider()
  const { applicationUrl, ownerUrl } = await createMigratedDatabase()
  process.env.NEXTAUTH_URL = 'http://127.0.0.1:3000'
  services = createTestServices(applicationUrl, { OIDC_ISSUER: provider.issuer })
  owner = new pg.Client({ connectionString: ownerUrl })
  await owner.connect()
})
afterAll(async () => {
  provider.stop()
  await owner.end()
  await services.db.$disconnect()
})

const eighthId = (): string => eighth.actor?.signInId ?? ''
const findEighth = () => services.db.signIn.findUniqueOrThrow({ where: { id: eighthId() } })
const countStanding = () => services.db.signIn.count({ where: { endedAt: null } })
const run = () => renewDueSignIns(services, AbortSignal.timeout(20_000))
const pass = (minutes: number) => services.db.$executeRaw`
  UPDATE sign_ins SET started_at = started_at - make_interval(mins => ${minutes}),
    expires_at = expires_at - make_interval(mins => ${minutes}),
    renewed_at = renewed_at - make_interval(mins => ${minutes}),
    renewal_failed_at = renewal_failed_at - make_interval(mins => ${minutes})
  WHERE ended_at IS NULL`

describe('of eight sign-ins, seven that cannot be renewed', () => {
  const breakSecrets = () => services.db.$executeRaw`
    UPDATE sign_ins SET secrets = '{"refreshToken":{"sealed":"broken"}}'
    WHERE ended_at IS NULL AND id <> ${eighthId()}::uuid`
  const failAll = async (): Promise<void> => {
    provider.behave({ refreshing: 'silent' })
    await run()
    expect(await findEighth()).toMatchObject({ renewalFailedAt: expect.any(Date), endedAt: null })
  }

  /** The provider knows the token of the last and youngest alone. */
  beforeEach(async () => {
    await services.db
      .$executeRaw`UPDATE sign_ins SET ended_at = now(), end_reason = 'ended' WHERE ended_at IS NULL`
    provider.behave({ refreshing: 'good' })
    for (let number = 0; number < 8; number += 1) eighth = await enterBy(provider, services)
    await pass(15)
    expect(await countStanding()).toBe(8)
  })

  test('because their secrets cannot be opened, end and take nobody with them', async () => {
    await breakSecrets()
    for (let minute = 0; minute < 7; minute += 1) {
      await run()
      expect(await findEighth()).toMatchObject({
        renewedAt: expect.any(Date),
        renewalFailedAt: null,
        endedAt: null,
      })
      await pass(1)
    }
    expect(await countStanding()).toBe(1)
    expect((await readAsking(services, eighth.headers)).kind).toBe('actor')
  })

  test('because their secrets cannot be opened, are no silence of the provider', async () => {
    await breakSecrets()
    await failAll()
    provider.behave({ refreshing: 'good' })
    await run()
    expect(await findEighth()).toMatchObject({ renewalFailedAt: null, endedAt: null })
    expect(await countStanding()).toBe(8)
  })

  test('because the provider has an error for them, do not stand before the eighth for good', async () => {
    await failAll()
    provider.behave({ refreshing: 'faulty' })
    // Whose turn it is, is chance: even, at worst, for each run.
    for (let time = 0; time < 50 && (await findEighth()).renewalFailedAt; time += 1) await run()
    expect(await findEighth()).toMatchObject({ renewedAt: expect.any(Date), renewalFailedAt: null })
  })
})

describe('nobody’s end is held up', () => {
  const find = (id: string) => services.db.signIn.findUniqueOrThrow({ where: { id } })

  /** Six that are due, of whom the first has been unconfirmed for too long; the provider is silent. */
  const enterSix = async (): Promise<{ lost: string; others: string[]; last: string }> => {
    await services.db
      .$executeRaw`UPDATE sign_ins SET ended_at = now(), end_reason = 'ended' WHERE ended_at IS NULL`
    provider.behave({ refreshing: 'good' })
    const ids: string[] = []
    for (let number = 0; number < 6; number += 1)
      ids.push((await enterBy(provider, services)).actor?.signInId ?? '')
    await pass(15)
    const [lost = '', ...others] = ids
    const last = others.pop() ?? ''
    await services.db
      .$executeRaw`UPDATE sign_ins SET renewal_failed_at = now() - interval '6 minutes' WHERE id = ${lost}::uuid`
    provider.behave({ refreshing: 'silent' })
    return { lost, others, last }
  }

  test('by one whose row somebody else holds, which is passed over', async () => {
    const { lost, others, last } = await enterSix()
    const begun = performance.now()
    try {
      await owner.query('BEGIN')
      await owner.query('SELECT FROM sign_ins WHERE id = $1 FOR UPDATE', [last])
      await run()
    } finally {
      await owner.query('COMMIT')
    }
    expect(performance.now() - begun).toBeLessThan(10_000)
    expect(await find(lost)).toMatchObject({ endReason: 'unconfirmed' })
    expect(await find(last)).toMatchObject({ renewalFailedAt: null, endedAt: null })
    for (const id of others) expect((await find(id)).renewalFailedAt).toEqual(expect.any(Date))
  })

  test('by one of which it cannot be put down that it failed', async () => {
    const { lost, last } = await enterSix()
    await owner.query(
      `ALTER TABLE sign_ins ADD CONSTRAINT broken CHECK (id <> '${last}' OR renewal_failed_at IS NULL) NOT VALID`,
    )
    await expect(run()).rejects.toThrow()
    await owner.query('ALTER TABLE sign_ins DROP CONSTRAINT broken')
    expect(await find(lost)).toMatchObject({ endReason: 'unconfirmed' })
  })
})

test('one whose renewal cannot be put down is unconfirmed, and holds up nobody’s end', async () => {
  await services.db
    .$executeRaw`UPDATE sign_ins SET ended_at = now(), end_reason = 'ended' WHERE ended_at IS NULL`
  provider.behave({ refreshing: 'good' })
  const refused = await enterBy(provider, services)
  eighth = await enterBy(provider, services)
  await owner.query(
    `ALTER TABLE sign_ins ADD CONSTRAINT broken CHECK (id <> '${eighthId()}' OR renewed_at IS NULL) NOT VALID`,
  )
  await pass(15)
  for (let minute = 0; minute < 5; minute += 1) {
    await run()
    expect(await findEighth()).toMatchObject({ renewalFailedAt: expect.any(Date), endedAt: null })
    await pass(1)
  }
  await run()
  expect(await findEighth()).toMatchObject({ renewedAt: null, endReason: 'unconfirmed' })
  const other = await services.db.signIn.findUniqueOrThrow({ where: { id: refused.actor?.signInId ?? '' } })
  expect(other).toMatchObject({ endReason: 'withdrawn' })
  await owner.query('ALTER TABLE sign_ins DROP CONSTRAINT broken')
})
