import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createMigratedDatabase } from '../../e2e/stack/test-database.ts'
import { addReviewer } from '../archives/test-catalogue.ts'
import { isAppError } from '../errors.ts'
import type { Services } from '../services.ts'
import type { Actor } from './actor.ts'
import { countSignInStep, countUse, type Use } from './limits.ts'
import { recordRefusals } from './refusal-count.ts'
import { createTestServices } from './test-services.ts'

const LIMITS = {
  LIMIT_SEARCHES_PER_MINUTE: '3',
  LIMIT_OPENS_PER_MINUTE: '2',
  LIMIT_REQUESTS_PER_MINUTE: '1',
  LIMIT_SIGN_INS_PER_MINUTE: '2',
}

/** Two processes, which share nothing but the database. */
let one: Services
let two: Services
let actor: Actor

beforeAll(async () => {
  const { applicationUrl } = await createMigratedDatabase()
  one = createTestServices(applicationUrl, LIMITS)
  two = createTestServices(applicationUrl, LIMITS)
})
beforeEach(async () => {
  actor = await addReviewer(one, [])
})
afterAll(async () => {
  await one.db.$disconnect()
  await two.db.$disconnect()
})

/** What each of so many uses at once was answered. */
async function use(services: Services, what: Use, times: number): Promise<string[]> {
  const answers = Array.from({ length: times }, () =>
    countUse(services, actor, what).then(
      () => 'taken',
      (error: unknown) => (isAppError(error) ? error.code : String(error)),
    ),
  )
  return (await Promise.all(answers)).toSorted()
}

type Line = { code: string; subject: string | null; address: string | null; after: { times?: number } | null }
const logOf = (address: string | null) => one.db.$queryRaw<Line[]>`
  SELECT e.code, e.actor_subject AS subject, c.address, e.after FROM audit.events e
  JOIN audit.audit_content c USING (event_id)
  WHERE e.action = 'address.refused' AND c.address IS NOT DISTINCT FROM ${address} ORDER BY e.id`

/** The minute is over. */
const passMinute = () => one.db.$executeRaw`UPDATE rate_limits SET expire = expire - 60001`

describe('past its limit', () => {
  test.each<[Use, number]>([
    ['searches', 3],
    ['opens', 2],
    ['requests', 1],
  ])('what a person does is refused: %s', async (what, limit) => {
    expect(await use(one, what, limit)).toEqual(Array(limit).fill('taken'))
    await expect(countUse(one, actor, what)).rejects.toMatchObject({
      code: 'rate-limited',
      status: 429,
      detail: expect.stringMatching(/ within a minute\. Try again in .* seconds?\.$/),
      facts: { retryAfterSeconds: expect.any(Number) },
    })
  })

  test('a person is refused by every process, however many ask at once', async () => {
    const answers = await Promise.all([use(one, 'searches', 10), use(two, 'searches', 10)])
    expect(answers.flat().filter((answer) => answer === 'taken')).toHaveLength(3)
    expect(answers.flat().filter((answer) => answer === 'rate-limited')).toHaveLength(17)
  })

  test('nobody else is, and nothing else', async () => {
    await use(one, 'requests', 2)
    expect(await use(one, 'searches', 1)).toEqual(['taken'])
    actor = await addReviewer(one, [])
    expect(await use(one, 'requests', 1)).toEqual(['taken'])
  })

  test('a process that has refused nobody yet takes them again when the minute is over', async () => {
    expect(await use(one, 'opens', 3)).toEqual(['rate-limited', 'taken', 'taken'])
    await passMinute()
    expect(await use(two, 'opens', 3)).toEqual(['rate-limited', 'taken', 'taken'])
  })

  test('signing in from one address is refused, and not from another', async () => {
    const client = { address: '198.51.100.7', userAgent: null, requestId: 'r' }
    await countSignInStep(one, 'signin', client)
    await countSignInStep(two, 'signin', client)
    await expect(countSignInStep(one, 'signin', client)).rejects.toMatchObject({ code: 'rate-limited' })
    await countSignInStep(one, 'callback', client)
    await countSignInStep(one, 'signin', { ...client, address: '198.51.100.8' })
  })
})

test('the first refusal of a minute is on record by itself, the others as a count', async () => {
  actor = { ...actor, client: { ...actor.client, address: '198.51.100.20' } }
  await Promise.all([use(one, 'opens', 6), use(two, 'opens', 6)])
  const first = { code: 'rate-limited', subject: actor.subject, address: '198.51.100.20' }
  expect(await logOf('198.51.100.20')).toMatchObject([{ ...first, after: { perMinute: 2 } }])
  await recordRefusals(one)
  expect(await logOf('198.51.100.20')).toMatchObject([first, { code: 'rate-limited', after: { times: 9 } }])
})

test('without the database nothing is counted and nothing served', async () => {
  const nowhere = createTestServices('postgresql://nobody:nothing@127.0.0.1:1/none', LIMITS)
  await expect(countUse(nowhere, actor, 'searches')).rejects.toMatchObject({ code: 'audit-unavailable' })
})
