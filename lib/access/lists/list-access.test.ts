import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSession } from '../../../prisma/test-log.ts'
import type { Actor } from '../../auth/actor.ts'
import { newUuid } from '../../uuid.ts'
import { revokeGrant } from '../giving/revoke-grant.ts'
import { openOffice, type TestOffice } from '../test-office.ts'
import type { AccessLine } from './access-line.ts'
import type { LookedAt } from './find-looked-at.ts'
import { getPerson } from './get-person.ts'
import { listAccess } from './list-access.ts'

const DAY_MS = 86_400_000
const now = new Date()
const inDays = (days: number): Date => new Date(now.getTime() + days * DAY_MS)

let office: TestOffice
let admin: Actor
let local: Actor
let member: Actor
/** Holds no role: a grant of theirs opens nothing. */
let idle: Actor
let old: string

beforeAll(async () => {
  office = await openOffice()
  const { retail, wealth } = office
  admin = await office.hire('admin', ['admin'])
  local = await office.hire('local', [`admin@${retail.id}`])
  member = await office.hire('member', ['reviewer'])
  idle = await office.hire('idle')
  await office.services.db.person.update({ where: { id: member.personId }, data: { groups: ['desk'] } })
  old = randomUUID()
  await office.services.db.archive.create({
    data: {
      ...{ id: old, projectId: retail.id, sessionId: retail.sessionId, status: 'uploaded', record: {} },
      createdAt: inDays(-40),
    },
  })
  await give('project', { projectId: retail.id, validUntil: inDays(9) })
  await give('newer', { projectId: retail.id, maxAgeDays: 7, validUntil: inDays(8) })
  await give('session', {
    scope: 'session',
    projectId: retail.id,
    sessionId: retail.sessionId,
    validUntil: inDays(7),
  })
  await give('archive', {
    scope: 'archive',
    projectId: retail.id,
    archiveId: retail.archiveId,
    validUntil: inDays(6),
  })
  await give('region', { scope: 'region', region: 'eu', validUntil: inDays(5) })
  await give('unit', { scope: 'unit', unit: 'wealth', validUntil: inDays(4) })
  await give('wealth', { projectId: wealth.id, validUntil: inDays(3) })
  await give('group', { personId: null, groupName: 'desk', projectId: retail.id, validUntil: inDays(2) })
  await give('another group', {
    personId: null,
    groupName: 'others',
    projectId: retail.id,
    validUntil: inDays(2.5),
  })
  await give('idle', { personId: idle.personId, projectId: retail.id, validUntil: inDays(1) })
  await give('taken', { projectId: retail.id, validUntil: inDays(90), revokedAt: inDays(-1) })
  await give('ended', { projectId: retail.id, validUntil: inDays(-2) })
})
afterAll(() => office.stop())

async function give(reason: string, changes: Record<string, unknown>): Promise<void> {
  await office.services.db.grant.create({
    data: {
      ...{ id: newUuid(), personId: member.personId, rights: ['recording:find', 'recording:play'], reason },
      ...{ validFrom: inDays(-30), validUntil: inDays(1), givenAt: inDays(-30), ...changes },
    },
  })
}

const look = async (who: Actor, reach: LookedAt): Promise<readonly AccessLine[]> =>
  (await listAccess(office.services, who, { reach, after: null, now })).lines

const reasons = (lines: readonly AccessLine[]): string[] => lines.map(({ reason }) => reason)

type Row = Record<'outcome' | 'code' | 'target' | 'project' | 'session' | 'archive', string | null> & {
  after: unknown
}

const rows = async (): Promise<Row[]> =>
  office.services.db.$queryRaw<Row[]>`
    SELECT outcome::text, code, target_kind || ' ' || target_id AS target, project_name AS project,
      session_id AS session, archive_id::text AS archive, after
    FROM audit.events WHERE action = 'access.listed' ORDER BY id`

const ON_RETAIL = [
  'project',
  'newer',
  'session',
  'archive',
  'region',
  'another group',
  'group',
  'idle',
  'taken',
  'ended',
]

describe('who may see', () => {
  test('a project: whatever reaches it or something in it, what counts first and by how long it lasts', async () => {
    expect(reasons(await look(admin, { project: 'Retail EU' }))).toEqual(ON_RETAIL)
    expect(reasons(await look(admin, { project: 'Wealth' }))).toEqual(['unit', 'wealth'])
    expect((await rows()).slice(-2)).toMatchObject([
      { outcome: 'allowed', project: 'Retail EU', after: {} },
      { project: 'Wealth' },
    ])
  })

  test('from a place on that is on record only where a page gave it', async () => {
    const reach = { project: 'Retail EU' }
    for (const after of ['Jane Doe', `1.1800000000000000.${randomUUID()}`]) {
      await listAccess(office.services, admin, { reach, after, now })
      expect((await rows()).at(-1)?.after).toEqual(after === 'Jane Doe' ? {} : { after })
    }
  })

  test('a session: what reaches a recording of it', async () => {
    expect(reasons(await look(admin, { sessionId: office.retail.sessionId }))).toEqual(ON_RETAIL)
    expect(reasons(await look(admin, { sessionId: office.wealth.sessionId }))).toEqual(['unit', 'wealth'])
    expect((await rows()).at(-1)).toMatchObject({ session: office.wealth.sessionId, project: 'Wealth' })
  })

  test('a recording: what names it or is wide enough, and reaches back so far', async () => {
    expect(reasons(await look(admin, { archiveId: office.retail.archiveId }))).toEqual(ON_RETAIL)
    expect(reasons(await look(admin, { archiveId: old }))).toEqual(
      ON_RETAIL.filter((reason) => !['newer', 'archive'].includes(reason)),
    )
    expect((await rows()).at(-1)).toMatchObject({ archive: old, project: 'Retail EU' })
  })

  test('a line says whose it is, from whom, how it stands and what holds it back', async () => {
    const lines = await look(admin, { project: 'Retail EU' })
    const line = (reason: string) => lines.find((each) => each.reason === reason)
    expect(line('project')).toMatchObject({
      ...{
        holder: { kind: 'person', id: member.personId, name: 'member', email: member.email },
        givenBy: null,
      },
      ...{ approvedBy: null, state: 'in force', isOwn: false, heldBack: null, validUntil: inDays(9) },
      rights: ['recording:find', 'recording:play'],
    })
    expect(line('group')).toMatchObject({ holder: { kind: 'group', id: 'desk' }, heldBack: null })
    expect(line('idle')).toMatchObject({ state: 'in force', heldBack: 'not-reviewer' })
    expect(line('taken')).toMatchObject({ state: 'taken back', revokedAt: inDays(-1) })
    expect(line('ended')).toMatchObject({ state: 'ended' })
  })

  test('a restricted recording: what does not name it may find and not open it', async () => {
    await office.services.db.archive.update({ where: { id: old }, data: { restrictedAt: now } })
    const lines = await look(admin, { archiveId: old })
    await office.services.db.archive.update({ where: { id: old }, data: { restrictedAt: null } })
    expect(lines.filter(({ heldBack }) => heldBack === null).map(({ reason }) => reason)).toEqual(['session'])
    expect(lines.find(({ reason }) => reason === 'region')?.heldBack).toBe('restricted')
  })
})

describe('of a group', () => {
  const knownTo = async (who: Actor, reach: LookedAt, reason = 'group') =>
    (await look(who, reach)).find((line) => line.reason === reason)?.known

  test('it names those who are known to be in it and whom the grant lets in, and nobody else', async () => {
    const { db } = office.services
    const join = (who: Actor) =>
      db.person.update({ where: { id: who.personId }, data: { groups: ['desk', 'new'] } })
    const [colleague, elsewhere, gone] = [
      await office.hire('colleague', [`reviewer@${office.retail.id}`]),
      await office.hire('elsewhere', [`reviewer@${office.wealth.id}`]),
      await office.hire('gone', ['reviewer']),
    ]
    for (const who of [colleague, elsewhere, gone, idle]) await join(who)
    await db.person.update({ where: { id: gone.personId }, data: { disabledAt: now } })
    const people = [colleague, member].map(({ personId: id, name, email }) => ({
      kind: 'person',
      id,
      name,
      email,
    }))
    for (const reach of [
      { project: 'Retail EU' },
      { sessionId: office.retail.sessionId },
      { archiveId: office.retail.archiveId },
    ])
      for (const who of [admin, local]) expect(await knownTo(who, reach)).toEqual({ people, isWhole: true })
    expect(await knownTo(admin, { project: 'Retail EU' }, 'another group')).toEqual({
      people: [],
      isWhole: true,
    })
    expect(await knownTo(admin, { project: 'Retail EU' }, 'project')).toBeNull()
    expect(await knownTo(admin, { personId: member.personId })).toBeNull()
    for (const who of [colleague, elsewhere, gone, idle])
      await db.person.update({ where: { id: who.personId }, data: { groups: [] } })
  })

  test('it does not name whoever gave it, nor anybody once it is over', async () => {
    const { db } = office.services
    const giver = await office.hire('giver', ['admin', 'reviewer'])
    const desk = { personId: null, groupName: 'desk', projectId: office.retail.id }
    await give('by the giver', { ...desk, givenBy: giver.personId })
    await give('over', { ...desk, validUntil: inDays(-1) })
    await db.person.update({ where: { id: giver.personId }, data: { groups: ['desk'] } })
    const reach = { project: 'Retail EU' }
    const names = async (reason: string) =>
      (await knownTo(admin, reach, reason))?.people.map(({ name }) => name)
    expect([await names('group'), await names('by the giver')]).toEqual([['giver', 'member'], ['member']])
    expect(await knownTo(admin, reach, 'over')).toBeNull()
    const owner = await openSession(office.ownerUrl)
    await owner.ask("DELETE FROM grants WHERE reason IN ('by the giver', 'over')")
    await owner.end()
    await db.person.update({ where: { id: giver.personId }, data: { groups: [] } })
  })

  test('of more than 100 it names 100, and says that there are more', async () => {
    const owner = await openSession(office.ownerUrl)
    await owner.ask(
      `WITH many AS (
         INSERT INTO people (id, email, groups)
         SELECT gen_random_uuid(), 'one' || n || '@demo.test', '{others}' FROM generate_series(1, 101) n RETURNING id)
       INSERT INTO roles_held (id, person_id, role) SELECT gen_random_uuid(), id, 'reviewer' FROM many`,
    )
    const known = await knownTo(admin, { project: 'Retail EU' }, 'another group')
    expect([known?.people.length, known?.isWhole]).toEqual([100, false])
    await owner.ask("UPDATE people SET groups = '{}' WHERE email LIKE 'one%'")
    await owner.end()
  })
})

describe('what somebody may see', () => {
  test('is their own and their groups’, wherever it reaches', async () => {
    const lines = await look(admin, { personId: member.personId })
    expect(reasons(lines)).toEqual([
      ...['project', 'newer', 'session', 'archive', 'region', 'group'],
      // Over, however they ended: on a project of four eyes nobody approved in time.
      ...['taken', 'unit', 'wealth', 'ended'],
    ])
    expect(lines.find(({ reason }) => reason === 'unit')).toMatchObject({ state: 'lapsed' })
    expect((await rows()).at(-1)).toMatchObject({ target: `person ${member.personId}`, project: null })
  })

  test('is held back while they are disabled or no reviewer', async () => {
    const { db } = office.services
    await db.person.update({ where: { id: member.personId }, data: { disabledAt: now } })
    const lines = await look(admin, { personId: member.personId })
    await db.person.update({ where: { id: member.personId }, data: { disabledAt: null } })
    expect(new Set(lines.map(({ heldBack }) => heldBack))).toEqual(new Set(['disabled']))
  })

  test('is one’s own to whoever holds it, gave it or is of its group', async () => {
    const lines = await look({ ...admin, personId: member.personId }, { project: 'Retail EU' })
    expect(lines.filter(({ isOwn }) => !isOwn).map(({ reason }) => reason)).toEqual(['another group', 'idle'])
    await give('by hand', { projectId: office.retail.id, givenBy: local.personId })
    const given = (who: Actor) =>
      look(who, { project: 'Retail EU' }).then((all) => all.find((each) => each.reason === 'by hand'))
    expect(await given(local)).toMatchObject({ isOwn: true, givenBy: 'local' })
    expect(await given(admin)).toMatchObject({ isOwn: false, givenBy: 'local' })
  })

  test('is, with all that is known of them, one view on record', async () => {
    const before = (await rows()).length
    expect(await getPerson(office.services, admin, member.personId.toUpperCase(), { now })).toMatchObject({
      ...{ id: member.personId, name: 'member', groups: ['desk'], next: null },
      ...{ roles: [{ role: 'reviewer', project: null }], signIns: [{ id: member.signInId, isThis: false }] },
      lines: expect.arrayContaining([expect.objectContaining({ reason: 'unit' })]),
    })
    expect(await rows()).toHaveLength(before + 1)
  })
})

describe('an administrator of one project', () => {
  test('sees what reaches it, of a person nothing else', async () => {
    const lines = await look(local, { personId: member.personId })
    expect(reasons(lines)).not.toContain('wealth')
    expect(reasons(lines)).not.toContain('unit')
    expect(reasons(lines)).toContain('region')
    // A region's is for those who manage all: shown, and not theirs to take back.
    expect(lines.filter(({ mayDecide }) => !mayDecide).map(({ reason }) => reason)).toEqual(['region'])
    const region = lines.find(({ reason }) => reason === 'region')
    const taking = { grantId: region?.id ?? '', word: 'Not needed.' }
    await expect(revokeGrant(office.services, local, taking)).rejects.toMatchObject({ code: 'forbidden' })
    const person = await getPerson(office.services, local, member.personId, { now })
    expect(person.grants.map(({ scope }) => scope.project)).not.toContain('Wealth')
  })

  test('is refused what lies outside as what there is not, on record and in the same words', async () => {
    const outside = await office.hire('outside', [`reviewer@${office.wealth.id}`])
    const asked: LookedAt[] = [
      ...[{ project: 'Wealth' }, { project: 'Nowhere' }, { project: '\0' }],
      ...[
        { sessionId: office.wealth.sessionId },
        { sessionId: '1_unknown' },
        { sessionId: 'x'.repeat(5000) },
      ],
      ...[{ archiveId: office.wealth.archiveId }, { archiveId: randomUUID() }, { archiveId: "' OR true --" }],
      ...[{ personId: outside.personId }, { personId: newUuid() }, { personId: 'none' }],
    ]
    const before = (await rows()).length
    for (const reach of asked)
      await expect(look(local, reach), JSON.stringify(reach)).rejects.toMatchObject({
        ...{ code: 'forbidden', detail: 'Not found or not yours.' },
      })
    const refused = (await rows()).slice(before)
    expect(refused).toHaveLength(asked.length)
    for (const row of refused)
      expect(row).toMatchObject({ outcome: 'refused', code: 'forbidden', project: null })
    // What somebody typed may be anything: of it the log has IDs alone.
    expect(JSON.stringify(refused)).not.toMatch(/Nowhere|xxx|OR true/)
  })
})

test('whoever manages no access is refused', async () => {
  for (const who of [member, await office.hire('auditor', ['auditor'])])
    await expect(look(who, { personId: member.personId })).rejects.toMatchObject({ code: 'forbidden' })
})

test('pages follow on each other, whatever ends or begins meanwhile', async () => {
  const { retail } = office
  const holder = await office.hire('holder of many', ['reviewer'])
  for (let each = 0; each < 120; each += 1)
    await give(`grant ${each}`, {
      ...{ personId: holder.personId, projectId: retail.id, validUntil: inDays(1 + (each % 3)) },
      ...(each % 5 === 0 && { revokedAt: inDays(-1) }),
    })
  const seen: string[] = []
  let after: string | null = null
  do {
    const page: Awaited<ReturnType<typeof listAccess>> = await listAccess(office.services, admin, {
      ...{ reach: { personId: holder.personId }, after, now },
    })
    expect(page.lines.length).toBeLessThanOrEqual(50)
    seen.push(...reasons(page.lines))
    after = page.next
  } while (after !== null)
  expect(seen).toHaveLength(120)
  expect(new Set(seen)).toHaveLength(120)
  const odd = await listAccess(office.services, admin, {
    ...{ reach: { personId: holder.personId }, after: "1.1.' OR true", now },
  })
  expect(reasons(odd.lines)).toEqual(seen.slice(0, 50))
})

test('what has come to wait is shown as given when it was given', async () => {
  const { id: projectId } = office.retail
  const givenAt = inDays(-30)
  const [, head, tail] = /^(.{8})(.{4})$/.exec(givenAt.getTime().toString(16).padStart(12, '0')) ?? []
  const id = `${head}-${tail}-7000-8000-000000000001`
  const holder = await office.hire('of old', ['reviewer'])
  await give('of old', { id, personId: holder.personId, projectId })
  await office.services.db.project.update({ where: { id: projectId }, data: { fourEyes: true } })
  expect(await look(admin, { personId: holder.personId })).toMatchObject([{ id, state: 'awaiting', givenAt }])
})
