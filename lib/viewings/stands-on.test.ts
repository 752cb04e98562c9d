import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { untilEnded } from '../../e2e/stack/in-turn.ts'
import type { Actor } from '../auth/actor.ts'
import { newUuid } from '../uuid.ts'
import { closeOverdueViewings } from './close-viewing.ts'
import { getSegment } from './get-segment.ts'
import { type Opened, openViewing } from './open-viewing.ts'
import { progressViewing } from './progress.ts'
import { readServed } from './read-window.ts'
import { requireViewing } from './require-viewing.ts'
import { startTestWorld, type TestWorld } from './test-world.ts'
import type { Purpose } from './viewing.ts'

const SIGNAL = AbortSignal.timeout(600_000)
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const ahead = (ms: number): Date => new Date(Date.now() + ms)
const ago = (ms: number): Date => ahead(-ms)

type Fields = Readonly<Record<string, unknown>>
type Holder = Actor & { readonly grantId: string }

let world: TestWorld
let db: TestWorld['services']['db']
let archiveId: string
let projectId: string

beforeAll(async () => {
  world = await startTestWorld()
  db = world.services.db
  archiveId = world.stack.info.purposes.advice?.archiveId ?? ''
  projectId = (await db.archive.findUniqueOrThrow({ where: { id: archiveId } })).projectId
}, 120_000)
afterAll(() => world.stop())
beforeEach(async () => {
  await db.archive.update({ where: { id: archiveId }, data: { createdAt: ago(DAY_MS), restrictedAt: null } })
  const rules = { region: 'eu', fourEyes: false, playMaxAuthAgeSeconds: null }
  await db.project.update({ where: { id: projectId }, data: rules })
})

/** Gives the right to play on the first project for an hour, save where the fields say otherwise. */
async function give(fields: Fields): Promise<string> {
  const id = newUuid()
  const times = { validFrom: ago(60_000), validUntil: ahead(HOUR_MS) }
  const usual = { projectId, rights: ['recording:play'], reason: 'for this test' }
  await db.grant.create({ data: { id, ...usual, ...times, ...fields } })
  return id
}

/** A reviewer at the desk, who is new, has just signed in and holds one grant. */
async function enter(fields: Fields = {}): Promise<Holder> {
  const actor = await world.enter(`${randomUUID()}@demo.test`)
  const { personId } = actor
  await db.person.update({ where: { id: personId }, data: { groups: ['desk'] } })
  await db.roleHeld.create({ data: { personId, role: 'reviewer' } })
  return { ...actor, grantId: await give({ personId, ...fields }) }
}

const open = (actor: Actor, purpose: Purpose = 'viewing'): Promise<Opened> => {
  const reason = { reasonCode: 'quality', reason: 'A look at how this works.', caseReference: null }
  return openViewing(world.services, actor, { purpose, opening: { archiveId, ...reason } })
}
const lease = (actor: Actor, { viewingId }: Opened) =>
  requireViewing(world.services, actor, { viewingId, purpose: 'viewing' })
const beat = (actor: Actor, { viewingId }: Opened) =>
  progressViewing(world.services, actor, {
    viewingId,
    progress: { positionSeconds: 0, played: [], rate: 0, visible: true },
  })
const changeGrant = (id: string, data: Fields) => db.grant.update({ where: { id }, data })
const changeProject = (data: Fields) => db.project.update({ where: { id: projectId }, data })
const changeArchive = (data: Fields) => db.archive.update({ where: { id: archiveId }, data })

const actionsOf = async ({ viewingId }: Opened): Promise<string[]> => {
  const rows = await db.$queryRaw<{ action: string }[]>`
    SELECT action FROM audit.log WHERE viewing_id = ${viewingId}::uuid ORDER BY id`
  return rows.map(({ action }) => action)
}
const endOf = async ({ viewingId }: Opened): Promise<string | null> =>
  (await db.viewing.findUniqueOrThrow({ where: { id: viewingId } })).closeReason
const lastRefusalOf = async ({ personId }: Actor): Promise<Fields | undefined> => {
  const [row] = await db.$queryRaw<Fields[]>`
    SELECT e.action, e.code, e.project_id AS "projectId", e.archive_id AS "archiveId" FROM audit.events e
    JOIN people p ON p.subject = e.actor_subject AND p.issuer = e.actor_issuer
    WHERE p.id = ${personId}::uuid AND e.outcome = 'refused' ORDER BY e.id DESC LIMIT 1`
  return row
}

/** Approves a grant as the demo's second administrator. */
async function approve(grantId: string): Promise<void> {
  const { personId } = await world.enter('admin2@demo.test')
  await db.$executeRaw`
    UPDATE grants SET approved_by = ${personId}::uuid, approved_at = now() WHERE id = ${grantId}::uuid`
}

describe('at the next window a viewing ends', () => {
  test.each<[string, string, (holder: Holder) => Promise<unknown>, Fields?]>([
    [
      'its grant is taken back',
      'access-withdrawn',
      ({ grantId }) => changeGrant(grantId, { revokedAt: new Date() }),
    ],
    [
      'the right goes',
      'access-withdrawn',
      ({ grantId }) => changeGrant(grantId, { rights: ['recording:find'] }),
    ],
    ['the recording is restricted', 'access-withdrawn', () => changeArchive({ restrictedAt: new Date() })],
    [
      'the person leaves the group',
      'access-withdrawn',
      ({ personId }) => db.person.update({ where: { id: personId }, data: { groups: ['staff'] } }),
      { personId: null, groupName: 'desk' },
    ],
    [
      'the project leaves the region',
      'access-withdrawn',
      () => changeProject({ region: 'ch' }),
      { projectId: null, scope: 'region', region: 'eu' },
    ],
    ['its grant is cut short', 'grant-ended', ({ grantId }) => changeGrant(grantId, { validUntil: ago(1) })],
    [
      'its grant is put off',
      'grant-ended',
      ({ grantId }) => changeGrant(grantId, { validFrom: ahead(60_000) }),
    ],
    [
      'the recording is too old by now',
      'grant-ended',
      () => changeArchive({ createdAt: ago(2 * DAY_MS + 1) }),
      { maxAgeDays: 2 },
    ],
  ])('when %s', async (_, reason, comeAbout, fields) => {
    const holder = await enter(fields)
    const opened = await open(holder)
    const granted = await lease(holder, opened)
    const served = await getSegment(world.services, granted, 1)
    await comeAbout(holder)
    // As if the border of the segment had been long in coming.
    const read = readServed(world.services, { ...granted, readAtMs: performance.now() - 2_000 }, served)
    const first = read({ start: 0, end: 10 }, SIGNAL)[Symbol.asyncIterator]().next()
    await expect(first).rejects.toMatchObject({ code: 'viewing-closed' })
    expect(await endOf(opened)).toBe(reason)
    expect(await actionsOf(opened)).toEqual(['viewing.opened', 'key.used', 'viewing.closed'])
    await expect(open(holder)).rejects.toMatchObject({ code: 'forbidden' })
    // Gone for good, so that a group's grant is nobody else's.
    if (fields?.groupName !== undefined) await changeGrant(holder.grantId, { revokedAt: new Date() })
  })

  test('when its grant is widened where that needs a second administrator again', async () => {
    await changeProject({ fourEyes: true })
    const holder = await enter()
    await expect(open(holder)).rejects.toMatchObject({ code: 'forbidden' })
    await approve(holder.grantId)
    const opened = await open(holder)
    await changeGrant(holder.grantId, { rights: ['recording:play', 'recording:download'] })
    await expect(lease(holder, opened)).rejects.toMatchObject({ code: 'viewing-closed' })
    expect(await endOf(opened)).toBe('access-withdrawn')
  })

  test('also where another grant would carry it, which opens it again', async () => {
    const holder = await enter({ validUntil: ahead(2 * HOUR_MS) })
    const other = await give({ personId: holder.personId })
    const opened = await open(holder)
    await changeGrant(holder.grantId, { revokedAt: new Date() })
    await expect(lease(holder, opened)).rejects.toMatchObject({
      code: 'viewing-closed',
      detail: 'The access it was opened under was taken back. Ask an administrator why.',
    })
    const { viewingId } = await open(holder)
    expect(await db.viewing.findUnique({ where: { id: viewingId } })).toMatchObject({ grantId: other })
  })

  test('and not when another grant goes, or the recording is restricted that its grant names', async () => {
    const holder = await enter({ scope: 'archive', archiveId, validUntil: ahead(2 * HOUR_MS) })
    const other = await give({ personId: holder.personId })
    const opened = await open(holder)
    await changeGrant(other, { revokedAt: new Date() })
    await changeArchive({ restrictedAt: new Date() })
    await lease(holder, opened)
    expect(await endOf(opened)).toBeNull()
    await open(holder)
  })

  test('on record by the job, when nobody asks for a window', async () => {
    const holder = await enter()
    const opened = await open(holder)
    await changeArchive({ restrictedAt: new Date() })
    await closeOverdueViewings(world.services)
    expect(await endOf(opened)).toBe('access-withdrawn')
  })
})

describe('between the reason and the first byte', () => {
  test('a grant that was taken back serves nothing', async () => {
    const holder = await enter()
    const opened = await open(holder)
    await changeGrant(holder.grantId, { revokedAt: new Date() })
    await expect(lease(holder, opened)).rejects.toMatchObject({ code: 'viewing-closed' })
    await expect(lease(holder, opened)).rejects.toMatchObject({ code: 'viewing-closed' })
    expect(await actionsOf(opened)).toEqual([
      'viewing.opened',
      'key.used',
      'viewing.closed',
      // The second time it has ended already.
      'viewing.refused',
    ])
  })

  test('a grant that is taken back at the very moment opens nothing, or what ends at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const holder = await enter()
      const [opening] = await Promise.allSettled([
        open(holder),
        changeGrant(holder.grantId, { revokedAt: new Date() }),
      ])
      if (opening.status === 'rejected') expect(opening.reason).toMatchObject({ code: 'forbidden' })
      else await expect(lease(holder, opening.value)).rejects.toMatchObject({ code: 'viewing-closed' })
      const left = await db.viewing.count({ where: { personId: holder.personId, closedAt: null } })
      expect(left).toBe(0)
    }
  })
})

test('an opening of which it was told that it failed is none', async () => {
  const holder = await enter()
  const owner = new pg.Client(world.stack.ownerUrl)
  await owner.connect()
  try {
    await owner.query('BEGIN')
    await owner.query('SELECT FROM grants WHERE id = $1 FOR UPDATE', [holder.grantId])
    await expect(open(holder)).rejects.toMatchObject({ code: 'audit-unavailable' })
    await owner.query('COMMIT')
    await untilEnded(owner)
  } finally {
    await owner.end()
  }
  expect(await db.viewing.count({ where: { personId: holder.personId } })).toBe(0)
})

describe('when it must end is told', () => {
  test('by the opening: the earliest of sign-in, grant and eight hours', async () => {
    const validUntil = ahead(600_000)
    const short = await enter({ validUntil })
    expect((await open(short)).expiresAt).toEqual(validUntil)
    const long = await enter({ validUntil: ahead(DAY_MS) })
    expect((await open(long)).expiresAt).toEqual(long.expiresAt)
    const aging = await enter({ maxAgeDays: 2 })
    await changeArchive({ createdAt: ago(2 * DAY_MS - 120_000) })
    expect(Math.abs((await open(aging)).expiresAt.getTime() - ahead(120_000).getTime())).toBeLessThan(60_000)
  })

  test('by each heartbeat, which a grant cut short or drawn out moves', async () => {
    const holder = await enter()
    const opened = await open(holder)
    expect((await beat(holder, opened)).endsAt).toEqual(opened.expiresAt)
    for (const validUntil of [ahead(120_000), ahead(2 * HOUR_MS)]) {
      await changeGrant(holder.grantId, { validUntil })
      expect((await beat(holder, opened)).endsAt).toEqual(validUntil)
    }
  })
})

describe('a sign-in that is too old', () => {
  test.each<[string, Date | null, number | null, boolean]>([
    ['a portal’s eight hours are over', ago(8 * HOUR_MS + 1), null, false],
    ['they are not', ago(7 * HOUR_MS), null, true],
    ['the project is stricter', ago(601_000), 600, false],
    ['it is fresh enough for a strict project', ago(60_000), 600, true],
    ['nobody says when it was proved', null, null, false],
  ])(
    'plays and downloads nothing, on record, where %s',
    async (_, authTime, playMaxAuthAgeSeconds, isFresh) => {
      await changeProject({ playMaxAuthAgeSeconds })
      const holder = await enter({ rights: ['recording:play', 'recording:download'] })
      for (const purpose of ['viewing', 'download'] as const) {
        const opening = open({ ...holder, authTime }, purpose)
        if (isFresh) {
          await opening
          continue
        }
        await expect(opening).rejects.toMatchObject({ code: 'step-up-required', status: 401 })
        const action = `${purpose}.refused`
        expect(await lastRefusalOf(holder)).toEqual({
          action,
          code: 'step-up-required',
          projectId,
          archiveId,
        })
      }
    },
  )

  test('is not what somebody hears who may not play at all', async () => {
    const holder = await enter({ rights: ['recording:find'] })
    await expect(open({ ...holder, authTime: null })).rejects.toMatchObject({ code: 'forbidden' })
    expect(await lastRefusalOf(holder)).toMatchObject({ action: 'viewing.refused', code: 'forbidden' })
  })
})

test('opening is a use of the grant it stands on', async () => {
  const holder = await enter()
  const other = await give({ personId: holder.personId, validUntil: ahead(60_000) })
  await open(holder)
  const lastUseOf = async (id: string): Promise<Date | null> =>
    (await db.grant.findUniqueOrThrow({ where: { id } })).lastUsedAt
  expect([await lastUseOf(holder.grantId), await lastUseOf(other)]).toEqual([expect.any(Date), null])
})
