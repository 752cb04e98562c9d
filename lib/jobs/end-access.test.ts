import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { giveGrant } from '../access/giving/give-grant.ts'
import { askForAccess } from '../access/requests/ask-for-access.ts'
import { openOffice, type TestOffice } from '../access/test-office.ts'
import { whileUnwritable } from '../access/test-unwritable.ts'
import { parseGrant, parseRequest } from '../access/wanted.ts'
import type { Actor } from '../auth/actor.ts'
import { endAccess } from './end-access.ts'
import { listJobs } from './worker.ts'

let office: TestOffice
let admin: Actor
let reviewer: Actor

beforeAll(async () => {
  office = await openOffice()
  admin = await office.hire('admin', ['admin'])
  await office.hire('second', ['admin'])
  reviewer = await office.hire('reviewer', ['reviewer'])
})
afterAll(() => office.stop())

const SIGNAL = new AbortController().signal
const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString()
const COMMON = { rights: ['recording:play'], reason: 'A complaint has to be looked into.' }
const give = (project: string, until: string) =>
  giveGrant(office.services, admin, parseGrant({ ...COMMON, email: reviewer.email, project, until }))

const run = () => Promise.all(endAccess.map((job) => job.run(office.services, SIGNAL)))

/** Two processes may run it at once, and one again after it was broken off. */
async function runTwice(): Promise<void> {
  await Promise.all([run(), run()])
  await run()
}

type Row = { grantId: string | null; targetId: string | null; code: string | null; region: string | null }

async function rowsOf(action: string): Promise<Row[]> {
  return office.services.db.$queryRaw`
    SELECT grant_id AS "grantId", target_id AS "targetId", code, region
    FROM audit.events WHERE action = ${action}::audit.action`
}

const noticesOf = (person: Actor, kind: string) =>
  office.services.db.notice.count({ where: { personId: person.personId, kind } })

test('a grant that has come to its end is on record once', async () => {
  const { grantId } = await give(office.retail.name, inDays(1))
  await runTwice()
  expect(await rowsOf('grant.expired')).toEqual([])
  await office.services.db.$executeRaw`
    UPDATE grants SET valid_from = now() - interval '2 days', valid_until = now() - interval '1 second' WHERE id = ${grantId}::uuid`
  await runTwice()
  expect(await rowsOf('grant.expired')).toMatchObject([
    { grantId, targetId: reviewer.personId, region: 'eu' },
  ])
})

test('a grant that ends soon is told once, to its holder and to its giver', async () => {
  const { grantId } = await give(office.retail.name, inDays(20))
  await runTwice()
  expect(await noticesOf(reviewer, 'grant.ending')).toBe(0)
  await office.services.db.$executeRaw`
    UPDATE grants SET valid_from = now() - interval '30 days', valid_until = now() + interval '2 days' WHERE id = ${grantId}::uuid`
  await runTwice()
  expect([await noticesOf(reviewer, 'grant.ending'), await noticesOf(admin, 'grant.ending')]).toEqual([1, 1])
})

test('a grant for a group that ends soon is told to whoever is in it, and not to a giver who administers no more', async () => {
  const giver = await office.hire('giver', ['admin'])
  const member = await office.hire('member', ['reviewer'])
  const elsewhere = await office.hire('elsewhere', ['reviewer'])
  await office.services.db.person.update({ where: { id: member.personId }, data: { groups: ['desk'] } })
  const wanted = parseGrant({ ...COMMON, group: 'desk', region: 'eu', until: inDays(20) })
  const { grantId } = await giveGrant(office.services, giver, wanted)
  await office.services.db.roleHeld.deleteMany({ where: { personId: giver.personId } })
  await office.services.db.$executeRaw`
    UPDATE grants SET valid_from = now() - interval '30 days', valid_until = now() + interval '2 days' WHERE id = ${grantId}::uuid`
  await runTwice()
  const told = await office.services.db.notice.findMany({
    where: { kind: 'grant.ending', about: { path: ['grantId'], equals: grantId } },
  })
  expect(told.map(({ personId }) => personId)).toEqual([member.personId])
  expect(told[0]?.about).toMatchObject({ scope: 'region', region: 'eu', group: 'desk' })
  expect(await noticesOf(elsewhere, 'grant.ending')).toBe(0)
})

test('one whose end was put off is told of once more, when that comes near', async () => {
  const { grantId } = await give(office.retail.name, inDays(20))
  const toldOf = () =>
    office.services.db.notice.count({
      where: {
        personId: reviewer.personId,
        about: { path: ['grantId'], equals: grantId },
        kind: 'grant.ending',
      },
    })
  const endIn = (days: number, told: number | null) =>
    office.services.db.grant.update({
      where: { id: grantId },
      data: {
        validFrom: new Date(inDays(-30)),
        validUntil: new Date(inDays(days)),
        ...(told !== null && { endingToldAt: new Date(inDays(-told)) }),
      },
    })
  await endIn(2, null)
  await runTwice()
  await endIn(20, null)
  await runTwice()
  expect(await toldOf()).toBe(1)
  await endIn(2, 18)
  await runTwice()
  expect(await toldOf()).toBe(2)
})

test('a short grant is not told of as soon as it begins', async () => {
  await give(office.retail.name, inDays(1))
  const before = await noticesOf(reviewer, 'grant.ending')
  await runTwice()
  expect(await noticesOf(reviewer, 'grant.ending')).toBe(before)
})

test('a request that nobody decides lapses, on record and told', async () => {
  const wanted = parseRequest({ ...COMMON, project: office.retail.name, until: inDays(5) })
  const { requestId } = await askForAccess(office.services, reviewer, wanted)
  await runTwice()
  expect(await rowsOf('request.lapsed')).toEqual([])
  await office.services.db.$executeRaw`
    UPDATE access_requests SET asked_at = now() - interval '73 hours' WHERE id = ${requestId}::uuid`
  await runTwice()
  expect(await rowsOf('request.lapsed')).toMatchObject([{ targetId: requestId }])
  expect(await noticesOf(reviewer, 'request.lapsed')).toBe(1)
})

test('a request for an ID lapses without a word of where it lies', async () => {
  const wanted = parseRequest({ ...COMMON, archiveId: office.retail.archiveId, until: inDays(5) })
  const { requestId } = await askForAccess(office.services, reviewer, wanted)
  await office.services.db.$executeRaw`
    UPDATE access_requests SET asked_at = now() - interval '73 hours' WHERE id = ${requestId}::uuid`
  await runTwice()
  const told = await office.services.db.notice.findMany({
    where: { personId: reviewer.personId, about: { path: ['requestId'], equals: requestId } },
  })
  expect(told.map(({ about }) => about)).toEqual([
    { requestId, scope: 'archive', project: null, region: null, unit: null },
  ])
})

test('a grant that waits for a second administrator lapses, on record as its holder’s and told to who gave it', async () => {
  const { grantId } = await give(office.wealth.name, inDays(5))
  await office.services.db.$executeRaw`
    UPDATE grants SET given_at = now() - interval '73 hours' WHERE id = ${grantId}::uuid`
  await runTwice()
  expect(await rowsOf('grant.refused')).toMatchObject([
    { grantId, code: 'lapsed', targetId: reviewer.personId, region: 'uk' },
  ])
  expect(await noticesOf(admin, 'grant.refused')).toBe(1)
})

describe('what cannot be written holds up nothing else, and is made up for later:', () => {
  const age = async (table: 'grants' | 'access_requests', hours: number, id: string): Promise<void> => {
    const { db } = office.services
    if (table === 'access_requests') {
      await db.$executeRaw`
        UPDATE access_requests SET asked_at = asked_at - make_interval(hours => ${hours}) WHERE id = ${id}::uuid`
      return
    }
    const { givenAt, validFrom, validUntil } = await db.grant.findUniqueOrThrow({ where: { id } })
    const earlier = (at: Date): Date => new Date(at.getTime() - hours * 3_600_000)
    const where = { id }
    await db.grant.update({ where, data: { validFrom: earlier(validFrom), validUntil: earlier(validUntil) } })
    // By itself: where one waits, an earlier beginning is more of it, and it waits from then on.
    await db.grant.update({ where, data: { givenAt: earlier(givenAt) } })
  }

  /** Each by what it is, and whether time has done to it what it does. */
  async function lay() {
    const until = inDays(5)
    const wanted = parseRequest({ ...COMMON, project: office.retail.name, until })
    const { requestId: asked } = await askForAccess(office.services, reviewer, wanted)
    const { requestId: askedToo } = await askForAccess(office.services, reviewer, wanted)
    const { grantId: over } = await give(office.retail.name, inDays(2))
    const { grantId: overToo } = await give(office.retail.name, inDays(2))
    const { grantId: ending } = await give(office.retail.name, inDays(4))
    const { grantId: waiting } = await give(office.wealth.name, until)
    for (const id of [asked, askedToo]) await age('access_requests', 73, id)
    for (const id of [over, overToo, ending, waiting]) await age('grants', 73, id)
    const { db } = office.services
    const findDone = async () => {
      const requests = await db.accessRequest.findMany({ where: { id: { in: [asked, askedToo] } } })
      const grants = await db.grant.findMany({ where: { id: { in: [over, overToo, ending, waiting] } } })
      const done = [
        ...requests.filter(({ decision }) => decision === 'lapsed'),
        ...grants.filter(
          ({ endRecordedAt, endingToldAt }) => endRecordedAt !== null || endingToldAt !== null,
        ),
      ].map(({ id }) => id)
      const names = { asked, askedToo, over, overToo, ending, waiting }
      return Object.entries(names).flatMap(([name, id]) => (done.includes(id) ? [name] : []))
    }
    return { asked, over, ending, waiting, findDone }
  }

  test.each([
    ['access_requests', 'asked'],
    ['grants', 'over'],
    ['grants', 'ending'],
    ['grants', 'waiting'],
  ] as const)('in %s: %s', async (table, stuck) => {
    const { findDone, ...ids } = await lay()
    const all = ['asked', 'askedToo', 'over', 'overToo', 'ending', 'waiting']
    await whileUnwritable(office.ownerUrl, { table, id: ids[stuck] }, async () => {
      const outcomes = await Promise.allSettled(endAccess.map((job) => job.run(office.services, SIGNAL)))
      expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1)
      expect(await findDone()).toEqual(all.filter((name) => name !== stuck))
    })
    await run()
    expect(await findDone()).toEqual(all)
  })
})

test('are among what the worker does', () => {
  expect(listJobs()).toEqual(expect.arrayContaining([...endAccess]))
})
