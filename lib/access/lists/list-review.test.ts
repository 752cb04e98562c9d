import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Actor } from '../../auth/actor.ts'
import { giveGrant } from '../giving/give-grant.ts'
import { reviewGrant } from '../giving/review-grant.ts'
import { openOffice, type TestOffice } from '../test-office.ts'
import { parseGrant } from '../wanted.ts'
import { listReview } from './list-review.ts'

let office: TestOffice
let owner: pg.Client
let admin: Actor
let second: Actor
let local: Actor
let reviewer: Actor

beforeAll(async () => {
  office = await openOffice()
  owner = new pg.Client(office.ownerUrl)
  await owner.connect()
  admin = await office.hire('admin', ['admin'])
  second = await office.hire('second', ['admin', 'reviewer'])
  local = await office.hire('local', [`admin@${office.wealth.id}`])
  reviewer = await office.hire('reviewer', ['reviewer'])
})
beforeEach(async () => {
  await owner.query('DELETE FROM grants')
})
afterAll(async () => {
  await owner.end()
  await office.stop()
})

const inDays = (days: number): Date => new Date(Date.now() + days * 86_400_000)

/** Given as long ago and ending as far ahead as said, in days. */
async function give(
  times: { readonly ago: number; readonly left: number; readonly usedAgo?: number },
  fields: Record<string, unknown> = {},
): Promise<string> {
  const wanted = parseGrant({
    ...{ email: reviewer.email, project: office.retail.name, rights: ['recording:play'] },
    ...{ until: inDays(20).toISOString(), reason: 'A complaint has to be looked into.', ...fields },
  })
  const { grantId } = await giveGrant(office.services, admin, wanted)
  await office.services.db.grant.update({
    where: { id: grantId },
    data: {
      ...{ validFrom: inDays(-times.ago), givenAt: inDays(-times.ago), validUntil: inDays(times.left) },
      lastUsedAt: times.usedAgo === undefined ? null : inDays(-times.usedAgo),
    },
  })
  return grantId
}

async function review(actor: Actor = admin): Promise<(readonly [string, string])[]> {
  const { lines } = await listReview(office.services, actor, { now: new Date() })
  return lines.map(({ id, why }) => [id, why])
}

test('asks about what was never used for 90 days, and not a day sooner', async () => {
  const id = await give({ ago: 91, left: 60 })
  await give({ ago: 89, left: 60 })
  expect(await review()).toEqual([[id, 'unused']])
})

test('counts from the last use where there was one', async () => {
  const id = await give({ ago: 200, left: 60, usedAgo: 91 })
  await give({ ago: 200, left: 60, usedAgo: 1 })
  expect(await review()).toEqual([[id, 'unused']])
})

test('asks about what ends within 14 days, the soonest first', async () => {
  const later = await give({ ago: 5, left: 13 })
  const sooner = await give({ ago: 5, left: 2 })
  await give({ ago: 5, left: 15 })
  expect(await review()).toEqual([
    [sooner, 'ending'],
    [later, 'ending'],
  ])
})

test('asks about what has not begun, and never about what has ended, was taken back or waits', async () => {
  const early = await give({ ago: -1, left: 10 })
  await give({ ago: 100, left: -1 })
  const gone = await give({ ago: 100, left: 5 })
  await reviewGrant(office.services, admin, { grantId: gone, verdict: 'remove', word: null })
  await give({ ago: 1, left: 5 }, { project: office.wealth.name })
  expect(await review()).toEqual([[early, 'ending']])
})

test('what was kept is asked about again after 90 days', async () => {
  const grantId = await give({ ago: 100, left: 200 })
  await reviewGrant(office.services, admin, { grantId, verdict: 'keep', word: null })
  expect(await review()).toEqual([])
  expect(await office.services.db.grant.findUnique({ where: { id: grantId } })).toMatchObject({
    reviewedBy: admin.personId,
  })
  await office.services.db.grant.update({ where: { id: grantId }, data: { reviewedAt: inDays(-91) } })
  expect(await review()).toEqual([[grantId, 'unused']])
})

test('what was kept as unused is asked about again when it is about to end, and then kept to its end', async () => {
  const grantId = await give({ ago: 200, left: 13 })
  await reviewGrant(office.services, admin, { grantId, verdict: 'keep', word: null })
  expect(await review()).toEqual([])
  const reviewed = (ago: number) =>
    office.services.db.grant.update({ where: { id: grantId }, data: { reviewedAt: inDays(-ago) } })
  await reviewed(13)
  expect(await review()).toEqual([])
  await reviewed(15)
  expect(await review()).toEqual([[grantId, 'ending']])
  await reviewed(91)
  expect(await review()).toEqual([[grantId, 'unused']])
})

test('of more than 500 it shows those that end soonest, and says how many there are', async () => {
  await owner.query(
    `INSERT INTO grants (id, person_id, project_id, rights, valid_from, valid_until, reason)
     SELECT gen_random_uuid(), $1, $2, '{recording:find}', now(), now() + make_interval(hours => 1, secs => n), 'many'
     FROM generate_series(1, 507) n`,
    [reviewer.personId, office.retail.id],
  )
  const last = await give({ ago: 5, left: 10 })
  const { lines, total } = await listReview(office.services, admin, { now: new Date() })
  expect([lines.length, total]).toEqual([500, 508])
  expect(lines.map(({ id }) => id)).not.toContain(last)
  expect(await listReview(office.services, local, { now: new Date() })).toEqual({ lines: [], total: 0 })
})

test('what is kept or removed says so on record', async () => {
  const grantId = await give({ ago: 100, left: 200 })
  await reviewGrant(office.services, admin, { grantId, verdict: 'keep', word: 'Still at it.' })
  await reviewGrant(office.services, admin, { grantId, verdict: 'remove', word: null })
  expect(
    await office.services.db.$queryRaw`
      SELECT action::text, after ->> 'review' AS review FROM audit.events
      WHERE grant_id = ${grantId}::uuid AND action <> 'grant.given' ORDER BY id`,
  ).toEqual([
    { action: 'grant.reviewed', review: 'kept' },
    { action: 'grant.revoked', review: 'removed' },
  ])
})

test('an administrator of a project is asked about what reaches it, a region’s grant too', async () => {
  await give({ ago: 5, left: 5 })
  const grantId = await give({ ago: 5, left: 5 }, { project: undefined, region: 'uk' })
  expect(await review(local)).toEqual([])
  expect(await review(second)).toHaveLength(1)
  await office.services.db.grant.update({
    where: { id: grantId },
    data: { approvedBy: second.personId, approvedAt: new Date() },
  })
  expect(await review(local)).toEqual([[grantId, 'ending']])
  const { lines } = await listReview(office.services, local, { now: new Date() })
  expect(lines[0]).toMatchObject({ mayDecide: false, isHeld: false })
  const verdict = { grantId, verdict: 'keep', word: null } as const
  await expect(reviewGrant(office.services, local, verdict)).rejects.toMatchObject({ code: 'forbidden' })
})

test('one’s own is shown as one’s own, and is not for oneself to review', async () => {
  const grantId = await give({ ago: 5, left: 5 }, { email: second.email })
  const { lines } = await listReview(office.services, second, { now: new Date() })
  expect(lines[0]).toMatchObject({ id: grantId, isOwn: true, isHeld: true, mayDecide: true })
  const verdict = { grantId, verdict: 'keep', word: null } as const
  await expect(reviewGrant(office.services, second, verdict)).rejects.toMatchObject({ code: 'own-access' })
})

test('a group’s is one’s own to whoever is in it, and who gave it may review it', async () => {
  const grantId = await give({ ago: 5, left: 5 }, { email: undefined, group: 'desk' })
  await office.services.db.person.update({ where: { id: second.personId }, data: { groups: ['desk'] } })
  const line = async (actor: Actor) =>
    (await listReview(office.services, actor, { now: new Date() })).lines[0]
  expect(await line(second)).toMatchObject({ id: grantId, isHeld: true, mayDecide: true })
  expect(await line(admin)).toMatchObject({ id: grantId, isHeld: false, isOwn: true, mayDecide: true })
  const verdict = { grantId, verdict: 'keep', word: null } as const
  await expect(reviewGrant(office.services, second, verdict)).rejects.toMatchObject({ code: 'own-access' })
  await office.services.db.person.update({ where: { id: second.personId }, data: { groups: [] } })
  await reviewGrant(office.services, admin, verdict)
})

test('whoever manages nothing is asked about nothing', async () => {
  await give({ ago: 5, left: 5 })
  expect(await review(reviewer)).toEqual([])
})
