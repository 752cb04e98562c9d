import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findSessions } from '../archives/find-sessions.ts'
import type { Actor } from '../auth/actor.ts'
import { newUuid } from '../uuid.ts'
import { findGrantedArchive } from '../viewings/find-archive.ts'
import { holdsGrant } from './grants.ts'
import { openOffice, type TestOffice } from './test-office.ts'

let office: TestOffice
let reviewer: Actor

beforeAll(async () => {
  office = await openOffice()
  reviewer = await office.hire('reviewer', ['reviewer'])
})
afterAll(() => office.stop())

const RIGHTS = ['recording:find', 'recording:play', 'recording:download'] as const
const DAY_MS = 86_400_000

type Fields = Readonly<Record<string, unknown>>

/** Gives what the fields say besides the usual: all rights on the first project, in force. */
async function give(fields: Fields, holder: Actor = reviewer): Promise<string> {
  const id = newUuid()
  await office.services.db.grant.create({
    data: {
      ...{
        id,
        personId: holder.personId,
        projectId: office.retail.id,
        rights: [...RIGHTS],
        reason: 'for this test',
      },
      validFrom: new Date(Date.now() - 60_000),
      validUntil: new Date(Date.now() + 3_600_000),
      ...fields,
    },
  })
  return id
}

const withdrawAll = () =>
  office.services.db.$executeRaw`UPDATE grants SET revoked_at = now() WHERE revoked_at IS NULL`

/** What somebody may do with the first project's archive: f, p, d. */
async function mayDo(archiveId: string, who: Actor = reviewer): Promise<string> {
  const { services } = office
  const { sessions } = await findSessions(services, who, { q: archiveId, after: null })
  const listed = await findSessions(services, who, { q: '', after: null })
  const finds = sessions.some(({ archives }) => archives.some((archive) => archive.archiveId === archiveId))
  const lists = listed.sessions.some(({ archives }) =>
    archives.some((archive) => archive.archiveId === archiveId),
  )
  expect(lists, 'what is found by ID is listed, and nothing else').toBe(finds)
  const opens = async (right: 'recording:play' | 'recording:download') =>
    (await findGrantedArchive(services.db, who.personId, { archiveId, right })) !== null
  return [finds && 'f', (await opens('recording:play')) && 'p', (await opens('recording:download')) && 'd']
    .filter((each) => each !== false)
    .join('')
}

describe('a grant', () => {
  const names: readonly (readonly [string, () => Fields, string])[] = [
    ['on the project', () => ({}), 'fpd'],
    ['on another project', () => ({ projectId: office.wealth.id }), ''],
    ['on its region', () => ({ scope: 'region', projectId: null, region: 'eu' }), 'fpd'],
    ['on another region', () => ({ scope: 'region', projectId: null, region: 'uk' }), ''],
    ['on its unit', () => ({ scope: 'unit', projectId: null, unit: 'retail eu' }), 'fpd'],
    ['on another unit', () => ({ scope: 'unit', projectId: null, unit: 'wealth' }), ''],
    ['on its session', () => ({ scope: 'session', sessionId: office.retail.sessionId }), 'fpd'],
    ['on another session', () => ({ scope: 'session', sessionId: office.wealth.sessionId }), ''],
    ['on the archive', () => ({ scope: 'archive', archiveId: office.retail.archiveId }), 'fpd'],
    ['on another archive', () => ({ scope: 'archive', archiveId: randomUUID() }), ''],
    ['to find', () => ({ rights: ['recording:find'] }), 'f'],
    ['to find and play', () => ({ rights: ['recording:find', 'recording:play'] }), 'fp'],
    ['to download', () => ({ rights: ['recording:download'] }), 'd'],
    ['that begins later', () => ({ validFrom: new Date(Date.now() + 60_000) }), ''],
    [
      'that has ended',
      () => ({ validFrom: new Date(Date.now() - 2 * DAY_MS), validUntil: new Date(Date.now() - DAY_MS) }),
      '',
    ],
    ['that was taken back', () => ({ revokedAt: new Date() }), ''],
    ['for what is a day old at most', () => ({ maxAgeDays: 1 }), 'fpd'],
    ['to a group one is not in', () => ({ personId: null, groupName: 'others' }), ''],
    ['to a group one is in', () => ({ personId: null, groupName: 'reviewers' }), 'fpd'],
  ]

  test.each(names)('%s', async (name, fields, expected) => {
    await withdrawAll()
    await office.services.db.person.update({
      where: { id: reviewer.personId },
      data: { groups: ['reviewers'] },
    })
    await give(fields())
    expect(await mayDo(office.retail.archiveId)).toBe(expected)
    // What reaches something else there opens the door, and nothing behind it.
    expect(await holdsGrant(office.services.db, reviewer.personId, 'recording:find')).toBe(
      expected.includes('f') || ['on another session', 'on another archive'].includes(name),
    )
  })

  test('for what is no older than some days leaves out what is', async () => {
    await withdrawAll()
    const [archiveId, sessionId] = [randomUUID(), `1_${randomUUID().replaceAll('-', '')}`]
    await office.services.db.archive.create({
      data: {
        ...{ id: archiveId, projectId: office.retail.id, sessionId, status: 'uploaded', record: {} },
        createdAt: new Date(Date.now() - 10 * DAY_MS),
      },
    })
    await give({ maxAgeDays: 9 })
    expect(await mayDo(archiveId)).toBe('')
    await give({ maxAgeDays: 11 })
    expect(await mayDo(archiveId)).toBe('fpd')
  })

  test.each([
    ['without the role', []],
    ['with the role for another project', () => [`reviewer@${office.wealth.id}`]],
    ['with another role', ['admin']],
  ] as const)('to somebody %s carries nothing', async (_, roles) => {
    const holder = await office.hire('holder', typeof roles === 'function' ? roles() : roles)
    await give({}, holder)
    expect(await mayDo(office.retail.archiveId, holder)).toBe('')
  })

  test('to somebody who is disabled carries nothing', async () => {
    const holder = await office.hire('leaver', ['reviewer'])
    await give({}, holder)
    expect(await mayDo(office.retail.archiveId, holder)).toBe('fpd')
    await office.services.db
      .$executeRaw`UPDATE people SET disabled_at = now() WHERE id = ${holder.personId}::uuid`
    expect(await mayDo(office.retail.archiveId, holder)).toBe('')
  })

  test('on a project of four eyes carries nothing before it is approved', async () => {
    await withdrawAll()
    const id = await give({ projectId: office.wealth.id })
    expect(await mayDo(office.wealth.archiveId)).toBe('')
    const second = await office.hire('second', ['admin'])
    await office.services.db.$executeRaw`
      UPDATE grants SET approved_by = ${second.personId}::uuid, approved_at = now() WHERE id = ${id}::uuid`
    expect(await mayDo(office.wealth.archiveId)).toBe('fpd')
    await office.services.db.$executeRaw`
      UPDATE grants SET valid_until = valid_until + interval '1 day' WHERE id = ${id}::uuid`
    expect(await mayDo(office.wealth.archiveId), 'more than was approved').toBe('')
  })

  test('that reached it goes when the project moves to another region', async () => {
    await withdrawAll()
    await give({ scope: 'region', projectId: null, region: 'eu' })
    await office.services.db.project.update({ where: { id: office.retail.id }, data: { region: 'ch' } })
    expect(await mayDo(office.retail.archiveId)).toBe('')
    await office.services.db.project.update({ where: { id: office.retail.id }, data: { region: 'eu' } })
    expect(await mayDo(office.retail.archiveId)).toBe('fpd')
  })
})

describe('a restricted recording', () => {
  test.each([
    ['the project', () => ({}), 'f'],
    ['its region', () => ({ scope: 'region', projectId: null, region: 'eu' }), 'f'],
    ['its unit', () => ({ scope: 'unit', projectId: null, unit: 'retail eu' }), 'f'],
    ['its session', () => ({ scope: 'session', sessionId: office.retail.sessionId }), 'fpd'],
    ['the archive', () => ({ scope: 'archive', archiveId: office.retail.archiveId }), 'fpd'],
  ] as const)('under a grant on %s', async (_, fields, expected) => {
    await withdrawAll()
    const { archiveId } = office.retail
    await office.services.db.archive.update({ where: { id: archiveId }, data: { restrictedAt: new Date() } })
    await give(fields())
    expect(await mayDo(archiveId)).toBe(expected)
    const { sessions } = await findSessions(office.services, reviewer, { q: archiveId, after: null })
    expect(sessions[0]?.archives[0]).toMatchObject(
      expected === 'f'
        ? { playable: false, code: 'archive-restricted', mayPlay: false, restricted: true }
        : { playable: true, code: null, mayPlay: true, restricted: true },
    )
    await office.services.db.archive.update({ where: { id: archiveId }, data: { restrictedAt: null } })
  })
})

test('of several grants the one that lasts longest is used', async () => {
  await withdrawAll()
  await give({})
  const longer = await give({
    scope: 'session',
    sessionId: office.retail.sessionId,
    validUntil: new Date(Date.now() + DAY_MS),
  })
  await give({ scope: 'archive', archiveId: office.retail.archiveId })
  const wanted = { archiveId: office.retail.archiveId, right: 'recording:play' as const }
  expect((await findGrantedArchive(office.services.db, reviewer.personId, wanted))?.grantId).toBe(longer)
})

test('what is named is listed once beside the whole project, on whichever page its time puts it', async () => {
  await withdrawAll()
  const sessions = Array.from({ length: 120 }, (_, n) => ({
    id: randomUUID(),
    sessionId: `1_${String(n).padStart(30, '0')}`,
    createdAt: new Date(Date.now() - n * 60_000),
  }))
  for (const [n, { id, sessionId, createdAt }] of sessions.entries()) {
    const projectId = n % 2 === 0 ? office.retail.id : office.wealth.id
    await office.services.db.archive.create({
      data: { id, projectId, sessionId, createdAt, status: 'uploaded', record: {} },
    })
  }
  const viewer = await office.hire('viewer', ['reviewer'])
  await give({}, viewer)
  for (const n of [0, 41, 43, 99, 118]) {
    const projectId = n % 2 === 0 ? office.retail.id : office.wealth.id
    const id = await give({ scope: 'session', projectId, sessionId: sessions[n]?.sessionId }, viewer)
    await office.services.db.$executeRaw`
      UPDATE grants SET approved_by = (
        SELECT person_id FROM roles_held WHERE role = 'admin' AND project_id IS NULL LIMIT 1), approved_at = now()
      WHERE id = ${id}::uuid AND needs_second`
  }
  const seen: string[] = []
  let after: string | null = null
  do {
    const page = await findSessions(office.services, viewer, { q: '', after })
    seen.push(...page.sessions.map(({ sessionId }) => sessionId))
    after = page.next
  } while (after !== null)
  const expected = sessions
    .filter((_, n) => n % 2 === 0 || [41, 43, 99].includes(n))
    .map(({ sessionId }) => sessionId)
  expect(seen.filter((id) => id.startsWith('1_000'))).toEqual(expected)
  expect(new Set(seen).size).toBe(seen.length)
})
