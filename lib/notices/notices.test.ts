import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addReviewer, startTestCatalogue, type TestCatalogue } from '../archives/test-catalogue.ts'
import type { Actor } from '../auth/actor.ts'
import { newUuid } from '../uuid.ts'
import { findHoldersOf } from './find-holders-of.ts'
import { listNotices } from './list-notices.ts'
import { markRead } from './mark-read.ts'
import { NOTICE_KINDS } from './notice-kind.ts'
import { noticePath } from './notice-path.ts'
import { parseRead } from './parse-read.ts'
import { type Told, tell } from './tell.ts'

let world: TestCatalogue
let jo: Actor
let ann: Actor

beforeAll(async () => {
  world = await startTestCatalogue()
  jo = await addReviewer(world.services, [])
  ann = await addReviewer(world.services, [])
})
afterAll(() => world.stop())

const say = (told: Partial<Told>) =>
  world.services.db.$transaction((tx) =>
    tell(tx, { kind: 'request.approved', to: [jo.personId], projectId: null, about: {}, ...told }),
  )

test('somebody is told once, the newest first, with where it leads and what it is about', async () => {
  await say({ to: [jo.personId, jo.personId, ann.personId], about: { requestId: 'r', project: 'Retail EU' } })
  await say({ kind: 'grant.awaiting', about: { grantId: null } })
  const { notices, unread } = await listNotices(world.services, jo)
  expect(unread).toBe(2)
  expect(notices.map(({ kind, href, about, readAt }) => ({ kind, href, about, readAt }))).toEqual([
    { kind: 'grant.awaiting', href: '/access/inbox', about: { grantId: null }, readAt: null },
    ...[
      {
        kind: 'request.approved',
        href: '/access',
        about: { requestId: 'r', project: 'Retail EU' },
        readAt: null,
      },
    ],
  ])
  expect((await listNotices(world.services, ann)).unread).toBe(1)
})

test('what is told is taken back with the change that it tells of', async () => {
  const { unread } = await listNotices(world.services, ann)
  await world.services.db
    .$transaction(async (tx) => {
      await tell(tx, { kind: 'request.refused', to: [ann.personId], projectId: null, about: {} })
      throw new Error('the change failed')
    })
    .catch(() => {})
  expect((await listNotices(world.services, ann)).unread).toBe(unread)
})

test('one’s own are marked as read, again without harm, and nobody else’s', async () => {
  const { notices } = await listNotices(world.services, ann)
  const ids = notices.map(({ id }) => id)
  await markRead(world.services, jo, ids)
  expect((await listNotices(world.services, ann)).unread).toBe(1)
  await markRead(world.services, ann, [...ids, randomUUID()])
  const read = await listNotices(world.services, ann)
  expect(read.unread).toBe(0)
  await markRead(world.services, ann, ids)
  expect(await listNotices(world.services, ann)).toEqual(read)
})

test('what is older than 90 days is not shown and not counted', async () => {
  const old = await addReviewer(world.services, [])
  const add = (days: number) =>
    world.services.db.notice.create({
      data: {
        ...{ id: newUuid(), personId: old.personId, kind: 'grant.ending', about: {} },
        createdAt: new Date(Date.now() - days * 86_400_000),
      },
    })
  await add(91)
  await add(89)
  const { notices, unread } = await listNotices(world.services, old)
  expect([notices.length, unread]).toEqual([1, 1])
})

test('of many the newest 50 are shown, and all are counted', async () => {
  const busy = await addReviewer(world.services, [])
  for (let index = 0; index < 53; index += 1) await say({ to: [busy.personId], about: { n: String(index) } })
  const { notices, unread } = await listNotices(world.services, busy)
  expect([notices.length, notices[0]?.about, unread]).toEqual([50, { n: '52' }, 53])
})

test('a kind of a later version is passed over', async () => {
  const late = await addReviewer(world.services, [])
  await world.services.db.notice.create({
    data: { id: newUuid(), personId: late.personId, kind: 'moon.risen', about: {} },
  })
  expect((await listNotices(world.services, late)).notices).toEqual([])
})

test('every kind says what it means and leads to a page', () => {
  for (const [kind, meaning] of Object.entries(NOTICE_KINDS)) {
    expect(kind).toMatch(/^[a-z]+\.[a-z]+$/)
    expect(meaning).toMatch(/^\p{Lu}.{8,}\.$/u)
  }
})

describe('a notice leads', () => {
  const RETAIL = { holderId: null, project: 'Retail & more' }

  test.each([
    ['request.made', '/access/inbox'],
    ['grant.awaiting', '/access/inbox'],
    ['change.awaiting', '/projects'],
    ['drop.announced', '/projects'],
    ['request.approved', '/access'],
    ['grant.ending', '/access'],
    ['grant.refused', '/access'],
  ] as const)('of %s to %s', (kind, path) => {
    expect(noticePath({ kind, about: RETAIL, isGiver: false, isAuditor: false })).toBe(path)
  })

  test('whoever reads the log to how it is kept', () => {
    for (const kind of ['change.decided', 'drop.announced'] as const)
      expect(noticePath({ kind, about: RETAIL, isGiver: false, isAuditor: true })).toBe('/audit/retention')
  })

  test('whoever gave a grant to where it stands, which is not among their own', () => {
    const path = (kind: 'grant.ending' | 'grant.refused', about: Record<string, string | null>) =>
      noticePath({ kind, about, isGiver: true, isAuditor: false })
    expect(path('grant.ending', RETAIL)).toBe('/access/review')
    expect(path('grant.refused', { ...RETAIL, holderId: 'p' })).toBe('/access/people/p')
    expect(path('grant.refused', RETAIL)).toBe('/access/who?of=Retail+%26+more')
    expect(path('grant.refused', { project: null })).toBe('/access/who')
  })
})

test('whoever gave what is told of is told so, and nobody else', async () => {
  const about = { grantId: 'g', giverId: jo.personId }
  await say({ kind: 'grant.ending', to: [jo.personId, ann.personId], about })
  const first = async (actor: Actor) => (await listNotices(world.services, actor)).notices[0]
  expect(await first(jo)).toMatchObject({ isGiver: true, href: '/access/review' })
  expect(await first(ann)).toMatchObject({ isGiver: false, href: '/access' })
})

test.each([[{}], [{ ids: 'all' }], [{ ids: ['x'] }], [{ ids: Array(201).fill(randomUUID()) }], [null]])(
  'ids are ids, and not too many: %#',
  (body) => {
    expect(() => parseRead(body)).toThrow('request-invalid')
  },
)

test('who administers a project: administrators of it and of all, who are in order', async () => {
  const { db } = world.services
  const add = async (projectId: string | null, disabledAt: Date | null = null) => {
    const { id } = await db.person.create({ data: { id: newUuid(), email: randomUUID(), disabledAt } })
    await db.roleHeld.create({ data: { personId: id, role: 'admin', projectId } })
    return id
  }
  const [all, retail, wealth] = [await add(null), await add(world.retail.id), await add(world.wealth.id)]
  await add(world.retail.id, new Date())
  await db.roleHeld.create({ data: { personId: all, role: 'admin', projectId: world.retail.id } })
  expect((await findHoldersOf(db, 'admin', world.retail.id)).toSorted()).toEqual([all, retail].toSorted())
  expect((await findHoldersOf(db, 'admin', world.wealth.id)).toSorted()).toEqual([all, wealth].toSorted())
  expect(await findHoldersOf(db, 'admin', null)).toEqual([all])
})
