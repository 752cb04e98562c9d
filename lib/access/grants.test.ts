import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findSessions } from '../archives/find-sessions.ts'
import { listSessions, lookUp } from '../archives/look-up.ts'
import type { Looking } from '../archives/scope.ts'
import type { Actor } from '../auth/actor.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'
import { findGrantedArchive } from '../viewings/find-archive.ts'
import { SCOPE_KINDS, type ScopeKind } from './grant-scope.ts'
import { holdsGrant } from './grants.ts'
import { noteFound, noteUse } from './note-use.ts'
import type { Right } from './permissions.ts'
import { openOffice, type TestOffice } from './test-office.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const ahead = (ms: number): Date => new Date(Date.now() + ms)
const ago = (ms: number): Date => ahead(-ms)

type Fields = Readonly<Record<string, unknown>>

/** A project by everything a grant can name in it. Its recording is two days old. */
type Place = {
  readonly id: string
  readonly region: string
  readonly unit: string
  readonly sessionId: string
  readonly archiveId: string
}

let office: TestOffice
let db: Services['db']
/** The one that is asked about, its neighbour, and one of four eyes. */
let here: Place
let elsewhere: Place
let guarded: Place
/** The neighbour of `here` in its own project. */
let besides: Pick<Place, 'sessionId' | 'archiveId'>

beforeAll(async () => {
  office = await openOffice()
  db = office.services.db
  here = await addPlace('here', false)
  elsewhere = await addPlace('elsewhere', false)
  guarded = await addPlace('guarded', true)
  besides = await addArchive(here.id, 2 * DAY_MS)
})
afterAll(() => office.stop())

async function addPlace(name: string, fourEyes: boolean): Promise<Place> {
  const id = newUuid()
  const [region, unit] = [`region of ${name}`, `unit of ${name}`]
  const recorder = { kind: 'opentok', recorderKey: name, apiUrl: 'https://api.test', secrets: {} }
  await db.project.create({ data: { id, name, region, unit, fourEyes, reasons: [], ...recorder } })
  return { id, region, unit, ...(await addArchive(id, 2 * DAY_MS)) }
}

async function addArchive(projectId: string, ageMs: number, fields: Fields = {}) {
  const [archiveId, sessionId] = [randomUUID(), `1_${randomUUID().replaceAll('-', '')}`]
  const data = { projectId, sessionId, status: 'uploaded', record: {}, createdAt: ago(ageMs), ...fields }
  await db.archive.create({ data: { id: archiveId, ...data } })
  return { archiveId, sessionId }
}

/** The fields of a grant that reaches so far, and the place in it. */
function reachOf(kind: ScopeKind, place: Place): Fields {
  const { id: projectId, region, unit, sessionId, archiveId } = place
  switch (kind) {
    case 'region':
      return { scope: kind, region }
    case 'unit':
      return { scope: kind, unit }
    case 'project':
      return { scope: kind, projectId }
    case 'session':
      return { scope: kind, projectId, sessionId }
    case 'archive':
      return { scope: kind, projectId, archiveId }
  }
}

const LETTERS: Readonly<Record<string, Right>> = {
  f: 'recording:find',
  p: 'recording:play',
  d: 'recording:download',
}
const rightsOf = (letters: string): Right[] => [...letters].flatMap((letter) => LETTERS[letter] ?? [])

/** Gives all rights, in force for an hour, save where the fields say otherwise. */
async function give(holder: Pick<Actor, 'personId'>, fields: Fields): Promise<string> {
  const id = newUuid()
  const times = { validFrom: ago(60_000), validUntil: ahead(HOUR_MS) }
  const usual = { personId: holder.personId, rights: rightsOf('fpd'), reason: 'for this test', ...times }
  await db.grant.create({ data: { id, ...usual, ...fields } })
  return id
}

type Database = Parameters<typeof lookUp>[0]

/** What somebody may do with a recording, in letters, by every query there is. */
async function mayDo(
  { personId }: Pick<Actor, 'personId'>,
  { archiveId, sessionId }: Pick<Place, 'archiveId' | 'sessionId'>,
  client: Database = db,
): Promise<string> {
  const looking: Looking = { personId, right: 'recording:find' }
  const isIt = (row: { readonly archiveId: string }): boolean => row.archiveId === archiveId
  const bySession = await lookUp(client, looking, { sessionIds: [sessionId], archiveIds: [] })
  const byArchive = await lookUp(client, looking, { sessionIds: [], archiveIds: [archiveId] })
  const found = bySession.find(isIt)
  const ways = [byArchive.some(isIt), await isListed(client, looking, archiveId)]
  expect(ways, 'found by one way is found by all').toEqual([found !== undefined, found !== undefined])
  const letters = [found === undefined ? '' : 'f']
  for (const [letter, right] of [
    ['p', 'recording:play'],
    ['d', 'recording:download'],
  ] as const) {
    const granted = await findGrantedArchive(client, personId, { archiveId, right })
    const until = letter === 'p' ? found?.playUntil : found?.downloadUntil
    if (found !== undefined)
      expect(until ?? null, 'what is shown is what holds').toEqual(granted?.grantedUntil ?? null)
    letters.push(granted === null ? '' : letter)
  }
  return letters.join('')
}

/** Whether an archive is on some page of what is listed for somebody. */
async function isListed(client: Database, looking: Looking, archiveId: string): Promise<boolean> {
  let after: string | null = null
  do {
    const page: Awaited<ReturnType<typeof listSessions>> = await listSessions(client, looking, after)
    if (page.rows.some((row) => row.archiveId === archiveId)) return true
    after = page.next
  } while (after !== null)
  return false
}

type Hired = { readonly holder: Actor; readonly place: Place }
type Relation = {
  readonly name: string
  readonly roles?: () => readonly string[]
  /** What the grant says besides. */
  readonly fields?: (holder: Actor) => Fields
  /** Where the recording is, and what is reached where that is not it. */
  readonly place?: () => Place
  readonly reached?: () => Place
  /** What comes about once it is given. */
  readonly afterwards?: (grantId: string, hired: Hired) => Promise<unknown>
  readonly carries: 'everything' | 'finding, or everything where it names it' | 'nothing'
  /** Whether it opens the door of its rights, which asks for any recording at all. */
  readonly opensDoor?: boolean
}

const approve = async (grantId: string): Promise<void> => {
  const { personId } = await office.hire('second', ['admin'])
  await db.$executeRaw`
    UPDATE grants SET approved_by = ${personId}::uuid, approved_at = now() WHERE id = ${grantId}::uuid`
}
const joinGroup = ({ personId }: Actor, groups: string[]) =>
  db.person.update({ where: { id: personId }, data: { groups } })
/** A group of their own, so that nobody else is in it. */
const groupOf = ({ personId }: Actor): string => `desk ${personId}`
const toGroup = (holder: Actor): Fields => ({ personId: null, groupName: groupOf(holder) })

const RELATIONS: readonly Relation[] = [
  { name: 'in force', carries: 'everything' },
  { name: 'by a role for its project', roles: () => [`reviewer@${here.id}`], carries: 'everything' },
  { name: 'on something else', reached: () => elsewhere, carries: 'nothing', opensDoor: true },
  { name: 'on what is not older', fields: () => ({ maxAgeDays: 3 }), carries: 'everything' },
  {
    name: 'on what is not so old',
    fields: () => ({ maxAgeDays: 1 }),
    carries: 'nothing',
    opensDoor: true,
  },
  {
    name: 'on what is restricted',
    afterwards: (_, { place }) =>
      db.archive.update({ where: { id: place.archiveId }, data: { restrictedAt: new Date() } }),
    carries: 'finding, or everything where it names it',
    opensDoor: true,
  },
  {
    name: 'to a group they are in',
    fields: toGroup,
    afterwards: (_, { holder }) => joinGroup(holder, ['staff', groupOf(holder)]),
    carries: 'everything',
  },
  {
    name: 'to a group they are not in',
    fields: toGroup,
    afterwards: (_, { holder }) => joinGroup(holder, ['staff', groupOf(holder).toUpperCase()]),
    carries: 'nothing',
  },
  {
    name: 'to a group they gave it to, and came to be in',
    roles: () => ['reviewer', 'admin'],
    fields: (holder) => ({ ...toGroup(holder), givenBy: holder.personId }),
    afterwards: (_, { holder }) => joinGroup(holder, [groupOf(holder)]),
    carries: 'nothing',
  },
  { name: 'that waits for a second administrator', place: () => guarded, carries: 'nothing' },
  {
    name: 'approved by a second administrator',
    place: () => guarded,
    afterwards: approve,
    carries: 'everything',
  },
  {
    name: 'widened since it was approved',
    place: () => guarded,
    afterwards: async (id) => {
      await approve(id)
      await db.grant.update({ where: { id }, data: { validUntil: ahead(DAY_MS) } })
    },
    carries: 'nothing',
  },
  { name: 'taken back', fields: () => ({ revokedAt: new Date() }), carries: 'nothing' },
  { name: 'not begun', fields: () => ({ validFrom: ahead(60_000) }), carries: 'nothing' },
  {
    name: 'ended',
    fields: () => ({ validFrom: ago(DAY_MS), validUntil: ago(1) }),
    carries: 'nothing',
  },
  {
    name: 'to somebody disabled',
    afterwards: (_, { holder }) =>
      db.person.update({ where: { id: holder.personId }, data: { disabledAt: new Date() } }),
    carries: 'nothing',
  },
  { name: 'without a role', roles: () => [], carries: 'nothing' },
  { name: 'with another role', roles: () => ['admin'], carries: 'nothing' },
  {
    name: 'by a role for another project',
    roles: () => [`reviewer@${elsewhere.id}`],
    carries: 'nothing',
  },
]

const NAMING: ReadonlySet<ScopeKind> = new Set(['session', 'archive'])
const RIGHTS = ['f', 'p', 'd', 'fpd']

describe.each(SCOPE_KINDS)('a grant on a %s', (kind) => {
  test.each(RELATIONS)('$name carries $carries', async (relation) => {
    const project = relation.place?.() ?? here
    const place = { ...project, ...(await addArchive(project.id, 2 * DAY_MS)) }
    const opens =
      relation.carries === 'everything' || (relation.carries.startsWith('finding') && NAMING.has(kind))
    for (const rights of RIGHTS) {
      const holder = await office.hire('holder', relation.roles?.() ?? ['reviewer'])
      const fields = { ...reachOf(kind, relation.reached?.() ?? place), ...relation.fields?.(holder) }
      const grantId = await give(holder, { ...fields, rights: rightsOf(rights) })
      await relation.afterwards?.(grantId, { holder, place })
      const carried = relation.carries === 'nothing' ? '' : opens ? 'fpd' : 'f'
      const expected = [...rights].filter((letter) => carried.includes(letter)).join('')
      expect(await mayDo(holder, place), `given ${rights}`).toBe(expected)
      for (const right of rightsOf('fpd')) {
        const opensDoor = relation.carries !== 'nothing' || relation.opensDoor === true
        expect(await holdsGrant(db, holder.personId, right), `the door of ${right}`).toBe(
          opensDoor && rightsOf(rights).includes(right),
        )
      }
    }
  })
})

describe('several grants', () => {
  test('that lie within one another carry what any of them carries', async () => {
    const holder = await office.hire('holder', ['reviewer'])
    await give(holder, { ...reachOf('region', here), rights: rightsOf('f') })
    expect([await mayDo(holder, here), await mayDo(holder, { ...here, ...besides })]).toEqual(['f', 'f'])
    await give(holder, { ...reachOf('session', here), rights: rightsOf('fp') })
    expect([await mayDo(holder, here), await mayDo(holder, { ...here, ...besides })]).toEqual(['fp', 'f'])
    const narrowest = await give(holder, { ...reachOf('archive', here), rights: rightsOf('d') })
    expect([await mayDo(holder, here), await mayDo(holder, { ...here, ...besides })]).toEqual(['fpd', 'f'])
    await db.grant.update({ where: { id: narrowest }, data: { revokedAt: new Date() } })
    expect(await mayDo(holder, here)).toBe('fp')
  })

  test('on one of two sessions of a project open that one', async () => {
    const holder = await office.hire('holder', ['reviewer'])
    await give(holder, reachOf('session', { ...here, ...besides }))
    expect([await mayDo(holder, here), await mayDo(holder, { ...here, ...besides })]).toEqual(['', 'fpd'])
  })

  test('on ages of which one is not so old reach as far as the loosest', async () => {
    const holder = await office.hire('holder', ['reviewer'])
    await give(holder, { ...reachOf('project', here), maxAgeDays: 1 })
    expect(await mayDo(holder, here)).toBe('')
    await give(holder, { ...reachOf('unit', here), maxAgeDays: 3, rights: rightsOf('f') })
    expect(await mayDo(holder, here)).toBe('f')
    await give(holder, { ...reachOf('region', here), rights: rightsOf('p') })
    expect(await mayDo(holder, here)).toBe('fp')
  })

  test('of which one goes and one is to come carry nothing between them', async () => {
    const holder = await office.hire('holder', ['reviewer'])
    const [first, next] = [ahead(HOUR_MS), ahead(2 * HOUR_MS)]
    await give(holder, { ...reachOf('project', here), validUntil: ago(1), validFrom: ago(HOUR_MS) })
    const id = await give(holder, { ...reachOf('project', here), validFrom: first, validUntil: next })
    expect(await mayDo(holder, here)).toBe('')
    await db.grant.update({ where: { id }, data: { validFrom: ago(1) } })
    expect(await mayDo(holder, here)).toBe('fpd')
  })

  test('are used by the one that lasts longest for this recording', async () => {
    const holder = await office.hire('holder', ['reviewer'])
    const place = { ...here, ...(await addArchive(here.id, 2 * DAY_MS - HOUR_MS)) }
    await give(holder, reachOf('project', place))
    const longest = await give(holder, { ...reachOf('session', place), validUntil: ahead(12 * HOUR_MS) })
    await give(holder, reachOf('archive', place))
    // Of a longer time; the recording will be too old for it in an hour.
    await give(holder, { ...reachOf('region', place), validUntil: ahead(9 * DAY_MS), maxAgeDays: 2 })
    const wanted = { archiveId: place.archiveId, right: 'recording:play' } as const
    expect((await findGrantedArchive(db, holder.personId, wanted))?.grantId).toBe(longest)
    await db.grant.update({ where: { id: longest }, data: { revokedAt: new Date() } })
    const ends = (await findGrantedArchive(db, holder.personId, wanted))?.grantedUntil.getTime() ?? 0
    expect(Math.abs(ends - Date.now() - HOUR_MS)).toBeLessThan(60_000)
    expect(await mayDo(holder, place)).toBe('fpd')
  })
})

test.each([
  ['region', { region: 'another' }],
  ['unit', { unit: null }],
] as const)('a project that leaves a %s leaves the grants on it', async (kind, left) => {
  const holder = await office.hire('holder', ['reviewer'])
  await give(holder, reachOf(kind, elsewhere))
  expect(await mayDo(holder, elsewhere)).toBe('fpd')
  await db.project.update({ where: { id: elsewhere.id }, data: left })
  expect(await mayDo(holder, elsewhere)).toBe('')
  const { region, unit } = elsewhere
  await db.project.update({ where: { id: elsewhere.id }, data: { region, unit } })
  expect(await mayDo(holder, elsewhere)).toBe('fpd')
})

test('a project that comes into a region comes under the grants on it', async () => {
  const holder = await office.hire('holder', ['reviewer'])
  await give(holder, { scope: 'region', region: 'a new one' })
  expect(await mayDo(holder, elsewhere)).toBe('')
  await db.project.update({ where: { id: elsewhere.id }, data: { region: 'a new one' } })
  expect(await mayDo(holder, elsewhere)).toBe('fpd')
  await db.project.update({ where: { id: elsewhere.id }, data: { region: elsewhere.region } })
})

// Whatever the day, one of these reaches back across a change of summer time.
test.each([100, 182, 250])('%d days are as long in every time zone', async (maxAgeDays) => {
  const holder = await office.hire('holder', ['reviewer'])
  const half = HOUR_MS / 2
  const [young, old] = [
    await addArchive(elsewhere.id, maxAgeDays * DAY_MS - half),
    await addArchive(elsewhere.id, maxAgeDays * DAY_MS + half),
  ]
  await give(holder, { ...reachOf('project', elsewhere), maxAgeDays })
  for (const zone of ['UTC', 'Europe/Zurich', 'America/New_York']) {
    const reached = await db.$transaction(async (tx) => {
      await tx.$executeRaw`SELECT set_config('TimeZone', ${zone}, true)`
      return [await mayDo(holder, young, tx), await mayDo(holder, old, tx)]
    })
    expect(reached, zone).toEqual(['fpd', ''])
  }
})

test('not before it begins, nor from its very end on', async () => {
  const holder = await office.hire('holder', ['reviewer'])
  const id = await give(holder, reachOf('project', here))
  // A transaction’s clock stands still.
  const carries = (from: string, until: string) =>
    db.$transaction(async (tx) => {
      await tx.$executeRaw`
        UPDATE grants SET valid_from = now() + ${from}::interval, valid_until = now() + ${until}::interval
        WHERE id = ${id}::uuid`
      return mayDo(holder, here, tx)
    })
  expect(await carries('1 microsecond', '1 day')).toBe('')
  expect(await carries('0', '1 day')).toBe('fpd')
  expect(await carries('-1 day', '1 microsecond')).toBe('fpd')
  expect(await carries('-1 day', '0')).toBe('')
})

test.each(SCOPE_KINDS)('what a row says of a restricted recording under a grant on its %s', async (kind) => {
  const place = { ...here, ...(await addArchive(here.id, DAY_MS, { restrictedAt: new Date() })) }
  const holder = await office.hire('holder', ['reviewer'])
  await give(holder, reachOf(kind, place))
  const { sessions } = await findSessions(office.services, holder, { q: place.sessionId, after: null })
  expect(sessions[0]?.archives).toMatchObject([
    NAMING.has(kind)
      ? { restricted: true, mayPlay: true, playable: true, code: null }
      : { restricted: true, mayPlay: false, playable: false, code: 'archive-restricted' },
  ])
})

test('what is found and not played says so, and what cannot be played at all says why', async () => {
  const holder = await office.hire('holder', ['reviewer'])
  await give(holder, { ...reachOf('project', here), rights: rightsOf('f') })
  const expired = await addArchive(here.id, DAY_MS, { restrictedAt: new Date(), status: 'expired' })
  const q = `${here.sessionId} ${expired.sessionId}`
  const { sessions } = await findSessions(office.services, holder, { q, after: null })
  expect(sessions.flatMap(({ archives }) => archives)).toMatchObject([
    { archiveId: expired.archiveId, mayPlay: false, playable: false, code: 'archive-expired' },
    { archiveId: here.archiveId, mayPlay: false, playable: true, code: null },
  ])
})

describe('the last use of a grant', () => {
  const lastUseOf = async (id: string): Promise<Date | null> =>
    (await db.grant.findUniqueOrThrow({ where: { id } })).lastUsedAt

  test('is that it found something, and not that another did', async () => {
    const holder = await office.hire('holder', ['reviewer'])
    const used = await give(holder, reachOf('session', here))
    const others = [
      await give(holder, reachOf('project', elsewhere)),
      await give(holder, { ...reachOf('project', here), rights: rightsOf('p') }),
      await give(holder, { ...reachOf('region', here), maxAgeDays: 1 }),
      await give(holder, reachOf('session', { ...here, ...besides })),
    ]
    await findSessions(office.services, holder, { q: here.sessionId, after: null })
    expect(await lastUseOf(used)).not.toBeNull()
    for (const id of others) expect(await lastUseOf(id)).toBeNull()
  })

  test('is kept to the hour', async () => {
    const holder = await office.hire('holder', ['reviewer'])
    const id = await give(holder, reachOf('project', here))
    for (const [before, isKept] of [
      [ago(HOUR_MS / 2), true],
      [ago(2 * HOUR_MS), false],
    ] as const) {
      await db.grant.update({ where: { id }, data: { lastUsedAt: before } })
      await noteFound(db, holder.personId, [here])
      expect((await lastUseOf(id))?.getTime() === before.getTime()).toBe(isKept)
    }
  })

  test('is not waited for while somebody changes the grant', async () => {
    const holder = await office.hire('holder', ['reviewer'])
    const id = await give(holder, reachOf('project', here))
    await db.$transaction(async (tx) => {
      await tx.$executeRaw`UPDATE grants SET revoked_at = now() WHERE id = ${id}::uuid`
      // Its wait would end with the deadline of three seconds, as audit-unavailable.
      await noteFound(db, holder.personId, [here])
      await noteUse(db, [id])
    })
    expect(await lastUseOf(id)).toBeNull()
  })
})

test('what is named is listed once beside the whole project, on whichever page its time puts it', async () => {
  const whole = await addPlace('whole', false)
  const parts = await addPlace('parts', false)
  const places = [whole, parts]
  const sessions = Array.from({ length: 120 }, (_, n) => ({
    id: randomUUID(),
    projectId: places[n % 2]?.id ?? '',
    sessionId: `1_${String(n).padStart(30, '0')}`,
    createdAt: ago((n + 1) * 60_000),
    status: 'uploaded',
    record: {},
  }))
  await db.archive.createMany({ data: sessions })
  const viewer = await office.hire('viewer', ['reviewer'])
  await give(viewer, reachOf('project', whole))
  for (const n of [0, 41, 43, 98, 99, 118]) {
    const { sessionId = '', id: archiveId = '' } = sessions[n] ?? {}
    const place = { ...(n % 2 === 0 ? whole : parts), sessionId, archiveId }
    await give(viewer, reachOf(n % 3 === 0 ? 'archive' : 'session', place))
  }
  const seen: string[] = []
  let after: string | null = null
  do {
    const page = await findSessions(office.services, viewer, { q: '', after })
    seen.push(...page.sessions.map(({ sessionId }) => sessionId))
    after = page.next
  } while (after !== null)
  const expected = sessions.flatMap(({ sessionId }, n) =>
    n % 2 === 0 || [41, 43, 99].includes(n) ? sessionId : [],
  )
  expect(seen).toEqual([...expected, whole.sessionId])
})
