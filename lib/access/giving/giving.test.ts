import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../../auth/actor.ts'
import { findGrantedArchive } from '../../viewings/find-archive.ts'
import { askForAccess } from '../requests/ask-for-access.ts'
import { decideRequest } from '../requests/decide-request.ts'
import { listInbox } from '../requests/list-inbox.ts'
import { openOffice, type TestOffice } from '../test-office.ts'
import { parseGrant, parseRequest } from '../wanted.ts'
import { approveGrant } from './approve-grant.ts'
import { giveGrant } from './give-grant.ts'
import { restrictArchive } from './restrict-archive.ts'
import { reviewGrant } from './review-grant.ts'
import { revokeGrant } from './revoke-grant.ts'

let office: TestOffice
let admin: Actor
let second: Actor
let local: Actor
let reviewer: Actor
let auditor: Actor
let nobody: Actor

beforeAll(async () => {
  office = await openOffice()
  admin = await office.hire('admin', ['admin'])
  second = await office.hire('second', ['admin', 'reviewer'])
  local = await office.hire('local', [`admin@${office.wealth.id}`])
  reviewer = await office.hire('reviewer', ['reviewer'])
  auditor = await office.hire('auditor', ['auditor'])
  nobody = await office.hire('nobody')
})
afterAll(() => office.stop())

const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString()
const REASON = 'A complaint has to be looked into.'
const PLAY = ['recording:play']

const grantOf = (fields: Record<string, unknown>) =>
  parseGrant({ rights: PLAY, until: inDays(20), reason: REASON, ...fields })
const toRetail = (fields: Record<string, unknown> = {}) =>
  grantOf({ email: reviewer.email, project: office.retail.name, ...fields })
const toWealth = (fields: Record<string, unknown> = {}) =>
  grantOf({ email: reviewer.email, project: office.wealth.name, ...fields })
const asking = (fields: Record<string, unknown>) =>
  parseRequest({ rights: PLAY, until: inDays(10), reason: REASON, ...fields })

const approve = (actor: Actor, requestId: string, fields: object = {}) =>
  decideRequest(office.services, actor, {
    ...{ requestId, approve: true, until: null, rights: null, word: null },
    ...fields,
  })

async function plays(actor: Actor, archiveId: string): Promise<boolean> {
  const wanted = { archiveId, right: 'recording:play' as const }
  return (await findGrantedArchive(office.services.db, actor.personId, wanted)) !== null
}

async function lastRow(): Promise<Record<string, unknown> | undefined> {
  const [row] = await office.services.db.$queryRaw<Record<string, unknown>[]>`
    SELECT action, outcome, code, project, session_id, archive_id, reason, case_reference, actor_subject
    FROM audit.log ORDER BY id DESC LIMIT 1`
  return row
}

async function refusalOf(work: Promise<unknown>): Promise<string> {
  const code = await work.then(
    () => 'done',
    (error) => error.code ?? String(error),
  )
  return code
}

/** What was refused, and that a row of this action says so. */
async function expectRefused(work: Promise<unknown>, code: string, action: string): Promise<void> {
  expect(await refusalOf(work)).toBe(code)
  expect(await lastRow()).toMatchObject({ action, outcome: 'refused', code })
}

describe('a grant', () => {
  test('counts at once, and is on record with its reason', async () => {
    const given = await giveGrant(office.services, admin, toRetail({ caseReference: '\u200EC-1\u200B' }))
    expect(given.state).toBe('in force')
    expect(await plays(reviewer, office.retail.archiveId)).toBe(true)
    expect(await lastRow()).toMatchObject({
      ...{ action: 'grant.given', outcome: 'allowed', project: 'Retail EU' },
      ...{ reason: REASON, case_reference: 'C-1', actor_subject: admin.subject },
    })
    await revokeGrant(office.services, admin, { grantId: given.grantId, word: 'The case is closed.' })
    expect(await plays(reviewer, office.retail.archiveId)).toBe(false)
    expect(await lastRow()).toMatchObject({ action: 'grant.revoked', reason: 'The case is closed.' })
    await revokeGrant(office.services, admin, { grantId: given.grantId, word: null })
  })

  test('playing includes finding, and never downloading', () => {
    expect(toRetail().rights).toEqual(['recording:find', 'recording:play'])
    expect(toRetail({ rights: ['recording:download'] }).rights).toEqual([
      'recording:find',
      'recording:download',
    ])
  })

  test('to somebody who has not signed in yet prepares them, however their mail is written', async () => {
    const given = await giveGrant(office.services, admin, toRetail({ email: 'Later@Demo.test' }))
    const row = await office.services.db.grant.findUnique({
      where: { id: given.grantId },
      include: { person: true },
    })
    expect(row?.person).toMatchObject({ email: 'later@demo.test', subject: null })
    const again = await giveGrant(office.services, admin, toRetail({ email: 'LATER@demo.test' }))
    const other = await office.services.db.grant.findUnique({ where: { id: again.grantId } })
    expect(other?.personId).toBe(row?.personId)
  })

  const rolesOf = async ({ personId }: Actor) => {
    const held = await office.services.db.roleHeld.findMany({ where: { personId }, orderBy: { id: 'asc' } })
    return held.map(({ role, projectId, givenBy }) => [role, projectId, givenBy])
  }

  test('to a person who is no reviewer there makes them one, once, on record', async () => {
    const newcomer = await office.hire('newcomer')
    const { email } = newcomer
    await giveGrant(office.services, admin, toRetail({ email }))
    await giveGrant(office.services, admin, toRetail({ email }))
    expect(await rolesOf(newcomer)).toEqual([['reviewer', office.retail.id, admin.personId]])
    expect(await plays(newcomer, office.retail.archiveId)).toBe(true)
    await giveGrant(office.services, admin, toRetail({ email, project: undefined, region: 'eu' }))
    expect(await rolesOf(newcomer)).toEqual([
      ['reviewer', office.retail.id, admin.personId],
      ['reviewer', null, admin.personId],
    ])
    const rows = await office.services.db.$queryRaw<unknown[]>`
      SELECT outcome::text, project_name AS project, after -> 'roles' AS roles
      FROM audit.events WHERE action = 'role.changed' AND target_id = ${newcomer.personId} ORDER BY id`
    expect(rows).toEqual([
      { outcome: 'allowed', project: 'Retail EU', roles: [`reviewer@${office.retail.id}`] },
      { outcome: 'allowed', project: null, roles: ['reviewer'] },
    ])
  })

  const decideWealth = async (newcomer: Actor, isApproved: boolean): Promise<void> => {
    const { grantId } = await giveGrant(office.services, local, toWealth({ email: newcomer.email }))
    expect(await rolesOf(newcomer)).toEqual([])
    await approveGrant(office.services, admin, { grantId, approve: isApproved, word: null })
  }

  test('that waits for a second administrator makes a reviewer by that one’s hand, and not before', async () => {
    const newcomer = await office.hire('newcomer')
    await decideWealth(newcomer, true)
    expect(await rolesOf(newcomer)).toEqual([['reviewer', office.wealth.id, admin.personId]])
    expect(await plays(newcomer, office.wealth.archiveId)).toBe(true)
  })

  test('that a second administrator refuses makes nobody a reviewer', async () => {
    const newcomer = await office.hire('newcomer')
    await decideWealth(newcomer, false)
    expect(await rolesOf(newcomer)).toEqual([])
  })

  test('that waits is not given to an auditor, nor approved for one who has become that since', async () => {
    const giving = giveGrant(office.services, admin, toWealth({ email: auditor.email }))
    await expectRefused(giving, 'roles-apart', 'grant.given')
    const newcomer = await office.hire('newcomer')
    const { grantId } = await giveGrant(office.services, local, toWealth({ email: newcomer.email }))
    const { personId } = newcomer
    await office.services.db.roleHeld.create({ data: { id: randomUUID(), personId, role: 'auditor' } })
    const approval = approveGrant(office.services, admin, { grantId, approve: true, word: null })
    await expectRefused(approval, 'roles-apart', 'grant.approved')
  })

  test('is not given to an auditor, who stays one', async () => {
    const giving = giveGrant(office.services, admin, toRetail({ email: auditor.email }))
    await expectRefused(giving, 'roles-apart', 'grant.given')
    expect(await rolesOf(auditor)).toEqual([['auditor', null, null]])
  })

  test('to a group gives its members no role', async () => {
    const member = await office.hire('member')
    await office.services.db.person.update({ where: { id: member.personId }, data: { groups: ['trainees'] } })
    await giveGrant(office.services, admin, toRetail({ email: undefined, group: 'trainees' }))
    expect(await rolesOf(member)).toEqual([])
    expect(await plays(member, office.retail.archiveId)).toBe(false)
  })

  test('taken back or asked about by what is no ID is refused, and that text is not on record', async () => {
    const typed = 'Mrs Miller of the tax office'
    const about = { grantId: typed, word: null }
    await expectRefused(revokeGrant(office.services, admin, about), 'forbidden', 'grant.revoked')
    const approval = approveGrant(office.services, admin, { ...about, approve: true })
    await expectRefused(approval, 'forbidden', 'grant.approved')
    await expectRefused(approve(admin, typed), 'forbidden', 'request.approved')
    const rows = await office.services.db.$queryRaw<unknown[]>`
      SELECT DISTINCT target_id AS id FROM audit.events WHERE code = 'forbidden' AND target_kind IN ('grant', 'request')
        AND target_id !~ '^[0-9a-f-]{36}$'`
    expect(rows).toEqual([{ id: 'unknown' }])
  })

  test('that is refused, or asked for in vain, leaves no name on record that is not known', async () => {
    const typed = 'Mrs Miller of the tax office'
    const written = async () =>
      office.services.db.$queryRaw<{ action: string; scope: unknown; target: string | null }[]>`
        SELECT action, after -> 'scope' AS scope, target_id AS target FROM audit.events ORDER BY id DESC LIMIT 1`
    for (const kind of ['project', 'region', 'unit']) {
      const scope = { kind }
      const giving = giveGrant(office.services, admin, toRetail({ project: undefined, [kind]: typed }))
      expect(await refusalOf(giving)).toBe('scope-unknown')
      expect(await written()).toMatchObject([{ action: 'grant.given', scope }])
      for (const [reason, code] of [
        [REASON, 'scope-unknown'],
        ['because', 'reason-invalid'],
      ]) {
        const request = asking({ [kind]: typed, reason })
        expect(await refusalOf(askForAccess(office.services, nobody, request))).toBe(code)
        expect(await written()).toMatchObject([{ action: 'request.made', scope }])
      }
    }
    const toGroup = (group: string, until = inDays(91)) => toRetail({ email: undefined, group, until })
    const late = toGroup(typed)
    expect(await refusalOf(giveGrant(office.services, admin, late))).toBe('grant-invalid')
    const scope = { kind: 'project', name: 'Retail EU' }
    expect(await written()).toMatchObject([{ scope, target: 'unknown' }])
    const [row] = await office.services.db.$queryRaw<{ n: bigint }[]>`
      SELECT count(*) AS n FROM audit.events e WHERE to_jsonb(e)::text LIKE ${`%${typed}%`}`
    expect(Number(row?.n)).toBe(0)
    const member = await office.hire('member')
    await office.services.db.person.update({
      where: { id: member.personId },
      data: { groups: ['known desk'] },
    })
    expect(await refusalOf(giveGrant(office.services, admin, toGroup('known desk')))).toBe('grant-invalid')
    expect(await written()).toMatchObject([{ target: 'known desk' }])
    await giveGrant(office.services, admin, toGroup('desk to come', inDays(9)))
    expect(await written()).toMatchObject([{ target: 'desk to come' }])
  })

  test.each([
    ['ends before it begins', { from: inDays(5), until: inDays(4) }, 'grant-invalid'],
    [
      'ends when it begins',
      { from: '2030-01-01T12:00:00+02:00', until: '2030-01-01T10:00:00Z' },
      'grant-invalid',
    ],
    ['has ended', { until: inDays(-1) }, 'grant-invalid'],
    ['lasts too long', { until: inDays(91) }, 'grant-invalid'],
    ['names no project that is known', { project: 'Nowhere' }, 'scope-unknown'],
    ['names no region that is known', { project: undefined, region: 'mars' }, 'scope-unknown'],
    ['names no archive that is known', { project: undefined, archiveId: randomUUID() }, 'scope-unknown'],
    ['says too little why', { reason: 'because' }, 'reason-invalid'],
    ['says too much', { reason: 'x'.repeat(2001) }, 'reason-invalid'],
    ['is for a mail of letters that look alike', { email: 'revi\u0435wer@demo.test' }, 'person-invalid'],
    ['is for what is no mail', { email: 'reviewer' }, 'person-invalid'],
  ])('that %s is refused, on record', async (_, fields, code) => {
    const before = await office.services.db.grant.count()
    await expectRefused(giveGrant(office.services, admin, toRetail(fields)), code, 'grant.given')
    expect(await office.services.db.grant.count()).toBe(before)
  })

  test('may last 90 days across a change of summer time, by anybody’s calendar', async () => {
    const until = new Date(Date.now() + 90 * 86_400_000 + 3_500_000).toISOString()
    expect((await giveGrant(office.services, admin, toRetail({ until }))).state).toBe('in force')
  })

  test.each([
    ['two things at once', { sessionId: '1_MX40NzIwMTEwMX5-' }],
    ['nobody', { email: undefined }],
    ['somebody and a group', { group: 'compliance' }],
    ['no right', { rights: [] }],
    ['a right there is not', { rights: ['recording:erase'] }],
    ['a day that is none', { until: '2027-02-30' }],
    ['a time without a zone', { until: '2027-02-03T10:00:00' }],
    ['a reason of ten thousand characters', { reason: 'x'.repeat(10_001) }],
  ])('for %s is not read', (_, fields) => {
    expect(() => toRetail(fields)).toThrow(expect.objectContaining({ code: 'request-invalid' }))
  })

  test.each([
    ['an age', { email: 'new@demo.test', notOlderThenDays: 7 }, 'notOlderThenDays'],
    ['whom it is for', { groop: 'compliance' }, 'groop'],
    ['what it reaches', { email: 'new@demo.test', project: undefined, projekt: 'Retail EU' }, 'projekt'],
    ['too much', { email: 'new@demo.test', [`a\0${'b'.repeat(70_000)}`]: 1 }, `a${'b'.repeat(63)}`],
  ])('with %s that is misspelt is not read, and is told so', (_, fields, name) => {
    expect(() => grantOf({ project: office.retail.name, ...fields })).toThrow(
      expect.objectContaining({ code: 'request-invalid', detail: `${name}: is not known here.` }),
    )
  })

  test('is not given to oneself, by mail or by a group one is in', async () => {
    await expectRefused(
      giveGrant(office.services, second, toRetail({ email: second.email })),
      'own-access',
      'grant.given',
    )
    await office.services.db.person.update({ where: { id: second.personId }, data: { groups: ['insiders'] } })
    const group = toRetail({ email: undefined, group: 'insiders' })
    await expectRefused(giveGrant(office.services, second, group), 'own-access', 'grant.given')
  })

  test('to a group is for whoever is in it, and not for its giver who comes to be', async () => {
    await giveGrant(office.services, second, toRetail({ email: undefined, group: 'helpers' }))
    const helper = await office.hire('helper', ['reviewer'])
    expect(await plays(helper, office.retail.archiveId)).toBe(false)
    for (const { personId } of [helper, second])
      await office.services.db.person.update({ where: { id: personId }, data: { groups: ['helpers'] } })
    expect(await plays(helper, office.retail.archiveId)).toBe(true)
    expect(await plays(second, office.retail.archiveId)).toBe(false)
  })

  test.each([
    ['a reviewer', () => reviewer],
    ['an auditor', () => auditor],
    ['an administrator of another project', () => local],
  ])('%s gives none, and is told nothing of what there is', async (_, who) => {
    await expectRefused(giveGrant(office.services, who(), toRetail()), 'forbidden', 'grant.given')
    await expectRefused(
      giveGrant(office.services, who(), toRetail({ project: 'Nowhere' })),
      'forbidden',
      'grant.given',
    )
  })

  test('over a region or a unit is for administrators of all projects', async () => {
    const region = { project: undefined, region: 'uk' }
    await expectRefused(giveGrant(office.services, local, toWealth(region)), 'forbidden', 'grant.given')
    expect((await giveGrant(office.services, admin, toWealth(region))).state).toBe('awaiting')
  })

  test('is not given to somebody who is disabled', async () => {
    const leaver = await office.hire('leaver', ['reviewer'])
    await office.services.db
      .$executeRaw`UPDATE people SET disabled_at = now() WHERE id = ${leaver.personId}::uuid`
    await expectRefused(
      giveGrant(office.services, admin, toRetail({ email: leaver.email })),
      'person-invalid',
      'grant.given',
    )
  })
})

describe('on a project of four eyes', () => {
  const give = () => giveGrant(office.services, admin, toWealth())

  test('nobody who was disabled meanwhile is let in, or made a reviewer, by the second hand', async () => {
    const leaver = await office.hire('leaver')
    const { grantId } = await giveGrant(office.services, admin, toWealth({ email: leaver.email }))
    await office.services.db
      .$executeRaw`UPDATE people SET disabled_at = now() WHERE id = ${leaver.personId}::uuid`
    const said = { grantId, word: null }
    await expectRefused(
      approveGrant(office.services, local, { ...said, approve: true }),
      'person-invalid',
      'grant.approved',
    )
    expect(await office.services.db.roleHeld.count({ where: { personId: leaver.personId } })).toBe(0)
    expect(await approveGrant(office.services, local, { ...said, approve: false })).toMatchObject({
      state: 'taken back',
    })
  })

  test('nor by a grant of an access file', async () => {
    const leaver = await office.hire('leaver', ['reviewer'])
    const times = { validFrom: new Date(), validUntil: new Date(inDays(20)) }
    const { id: grantId } = await office.services.db.grant.create({
      data: {
        ...times,
        personId: leaver.personId,
        projectId: office.wealth.id,
        rights: PLAY,
        reason: REASON,
      },
    })
    await office.services.db
      .$executeRaw`UPDATE people SET disabled_at = now() WHERE id = ${leaver.personId}::uuid`
    await expectRefused(
      approveGrant(office.services, local, { grantId, approve: true, word: null }),
      'person-invalid',
      'grant.approved',
    )
  })

  test('a grant counts once a second administrator has approved it', async () => {
    const { grantId, state } = await give()
    expect(state).toBe('awaiting')
    expect(await plays(reviewer, office.wealth.archiveId)).toBe(false)
    await expectRefused(
      approveGrant(office.services, admin, { grantId, approve: true, word: null }),
      'own-access',
      'grant.approved',
    )
    expect(await approveGrant(office.services, local, { grantId, approve: true, word: null })).toEqual({
      grantId,
      state: 'in force',
    })
    expect(await plays(reviewer, office.wealth.archiveId)).toBe(true)
    expect(
      await refusalOf(approveGrant(office.services, second, { grantId, approve: true, word: null })),
    ).toBe('already-decided')
    await revokeGrant(office.services, admin, { grantId, word: null })
  })

  test('a second administrator who refuses it ends it', async () => {
    const { grantId } = await give()
    await approveGrant(office.services, second, { grantId, approve: false, word: 'Not this one.' })
    expect(await lastRow()).toMatchObject({ action: 'grant.refused', reason: 'Not this one.' })
    expect(
      await refusalOf(approveGrant(office.services, local, { grantId, approve: true, word: null })),
    ).toBe('already-decided')
  })

  test('it lapses after 72 hours', async () => {
    const { grantId } = await give()
    await office.services.db.$executeRaw`
      UPDATE grants SET given_at = now() - interval '73 hours' WHERE id = ${grantId}::uuid`
    await expectRefused(
      approveGrant(office.services, second, { grantId, approve: true, word: null }),
      'already-decided',
      'grant.approved',
    )
  })

  test('the longest grant is the project’s own', async () => {
    await expectRefused(
      giveGrant(office.services, admin, toWealth({ until: inDays(31) })),
      'grant-invalid',
      'grant.given',
    )
  })
})

describe('a request', () => {
  test('is answered alike whether what it names exists', async () => {
    const known = await askForAccess(office.services, nobody, asking({ archiveId: office.retail.archiveId }))
    const unknown = await askForAccess(office.services, nobody, asking({ archiveId: randomUUID() }))
    expect({ ...known, requestId: '' }).toEqual({ ...unknown, requestId: '' })
    expect(await refusalOf(approve(admin, unknown.requestId))).toBe('scope-unknown')
  })

  test('is approved for less and sooner, never for more', async () => {
    const { requestId } = await askForAccess(
      office.services,
      reviewer,
      asking({ sessionId: office.retail.sessionId, rights: ['recording:play', 'recording:download'] }),
    )
    await expectRefused(
      approve(admin, requestId, { until: new Date(inDays(11)) }),
      'grant-invalid',
      'request.approved',
    )
    const until = new Date(inDays(2))
    const decided = await approve(admin, requestId, {
      until,
      rights: ['recording:play'],
      word: 'Two days will do.',
    })
    expect(decided).toMatchObject({ state: 'approved', grantState: 'in force' })
    const grant = await office.services.db.grant.findUnique({ where: { id: decided.grantId ?? '' } })
    expect(grant).toMatchObject({
      scope: 'session',
      rights: ['recording:find', 'recording:play'],
      validUntil: until,
    })
    expect(await lastRow()).toMatchObject({ action: 'request.approved', session_id: office.retail.sessionId })
  })

  test('of somebody without a role makes them a reviewer there, with the grant, on record', async () => {
    const newcomer = await office.hire('newcomer')
    const { requestId } = await askForAccess(
      office.services,
      newcomer,
      asking({ project: office.retail.name }),
    )
    await approve(admin, requestId)
    expect(await plays(newcomer, office.retail.archiveId)).toBe(true)
    expect(await plays(newcomer, office.wealth.archiveId)).toBe(false)
    const [row] = await office.services.db.$queryRaw<{ n: bigint }[]>`
      SELECT count(*) AS n FROM audit.events WHERE action = 'role.changed' AND target_id = ${newcomer.personId}`
    expect(Number(row?.n)).toBe(1)
  })

  test('of an auditor is not approved', async () => {
    const { requestId } = await askForAccess(
      office.services,
      auditor,
      asking({ project: office.retail.name }),
    )
    await expectRefused(approve(admin, requestId), 'roles-apart', 'request.approved')
    expect((await listInbox(office.services, admin, { now: new Date() })).open.map(({ id }) => id)).toContain(
      requestId,
    )
  })

  test('is not decided by whoever made it, nor by an administrator of another project', async () => {
    const { requestId } = await askForAccess(office.services, second, asking({ project: office.retail.name }))
    await expectRefused(approve(second, requestId), 'own-access', 'request.approved')
    await expectRefused(approve(local, requestId), 'forbidden', 'request.approved')
    await expectRefused(approve(admin, randomUUID()), 'forbidden', 'request.approved')
  })

  test('on a project of four eyes waits for a second administrator, who is neither', async () => {
    const { requestId } = await askForAccess(
      office.services,
      reviewer,
      asking({ project: office.wealth.name }),
    )
    const { grantId, grantState } = await approve(local, requestId)
    expect(grantState).toBe('awaiting')
    const approval = { grantId: grantId ?? '', approve: true, word: null }
    expect(await refusalOf(approveGrant(office.services, local, approval))).toBe('own-access')
    expect((await approveGrant(office.services, second, approval)).state).toBe('in force')
    await revokeGrant(office.services, admin, { grantId: grantId ?? '', word: null })
  })

  test('needs a word to be refused, and is told with it', async () => {
    const { requestId } = await askForAccess(
      office.services,
      reviewer,
      asking({ project: office.retail.name }),
    )
    for (const word of [null, ' no', '\u200B'.repeat(3)])
      expect(await refusalOf(approve(admin, requestId, { approve: false, word }))).toBe('reason-invalid')
    await approve(admin, requestId, { approve: false, word: 'Ask your lead first.' })
    const [notice] = await office.services.db.notice.findMany({
      where: { personId: reviewer.personId, kind: 'request.refused' },
    })
    expect(notice?.about).toMatchObject({ requestId })
    expect(await refusalOf(approve(admin, requestId))).toBe('already-decided')
  })

  test('lapses after 72 hours', async () => {
    const { requestId } = await askForAccess(
      office.services,
      reviewer,
      asking({ project: office.retail.name }),
    )
    await office.services.db.$executeRaw`
      UPDATE access_requests SET asked_at = now() - interval '73 hours' WHERE id = ${requestId}::uuid`
    await expectRefused(approve(admin, requestId), 'already-decided', 'request.approved')
  })

  test('decided by two at once is decided once, twenty times over', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { requestId } = await askForAccess(
        office.services,
        reviewer,
        asking({ project: office.retail.name }),
      )
      const outcomes = await Promise.all([
        refusalOf(approve(admin, requestId)),
        refusalOf(approve(second, requestId, { approve: false, word: 'Not now, thank you.' })),
      ])
      expect(outcomes.toSorted()).toEqual(['already-decided', 'done'])
      expect(await office.services.db.grant.count({ where: { requestId } })).toBe(
        outcomes[0] === 'done' ? 1 : 0,
      )
    }
  })
})

describe('a restricted recording', () => {
  test('is opened by no wider grant, only by one that names it', async () => {
    const { archiveId, sessionId, name } = office.retail
    const viewer = await office.hire('viewer', ['reviewer'])
    await giveGrant(office.services, admin, toRetail({ email: viewer.email, project: name }))
    expect(await plays(viewer, archiveId)).toBe(true)
    await expectRefused(
      restrictArchive(office.services, local, { archiveId, restricted: true, word: 'A secret inquiry.' }),
      'forbidden',
      'recording.restricted',
    )
    await restrictArchive(office.services, admin, { archiveId, restricted: true, word: 'A secret inquiry.' })
    expect(await lastRow()).toMatchObject({
      action: 'recording.restricted',
      outcome: 'allowed',
      archive_id: archiveId,
    })
    expect(await plays(viewer, archiveId)).toBe(false)
    await giveGrant(
      office.services,
      admin,
      toRetail({ email: viewer.email, project: undefined, region: 'eu' }),
    )
    expect(await plays(viewer, archiveId)).toBe(false)
    await giveGrant(office.services, admin, toRetail({ email: viewer.email, project: undefined, sessionId }))
    expect(await plays(viewer, archiveId)).toBe(true)
    await restrictArchive(office.services, admin, { archiveId, restricted: false, word: 'It is over now.' })
  })

  test('is set free by nobody whom that lets in', async () => {
    const { archiveId } = office.retail
    const holder = await office.hire('holder', ['admin', 'reviewer'])
    const lifting = { archiveId, restricted: false, word: 'It is over now.' }
    await restrictArchive(office.services, holder, { archiveId, restricted: true, word: 'A secret inquiry.' })
    const { grantId } = await giveGrant(office.services, admin, toRetail({ email: holder.email }))
    await expectRefused(
      restrictArchive(office.services, holder, lifting),
      'own-access',
      'recording.restricted',
    )
    expect(await plays(holder, archiveId)).toBe(false)
    await revokeGrant(office.services, admin, { grantId, word: null })
    await restrictArchive(office.services, holder, lifting)
    expect(await lastRow()).toMatchObject({ action: 'recording.restricted', outcome: 'allowed' })
  })
})

describe('a name', () => {
  test.each(['project', 'region', 'unit'])('of a %s with a control character is none', (reach) => {
    expect(() => grantOf({ email: 'new@demo.test', [reach]: 'Retail\0 EU' })).toThrow('request-invalid')
    expect(() => asking({ [reach]: 'Retail\0 EU' })).toThrow('request-invalid')
  })

  test.each([
    ['NUL', 'a\0b'],
    ['half a character', 'a\ud800b'],
    ['a turn of direction', 'a\u202eb'],
    ['a joiner', 'a\u200db'],
  ])('of a group with %s is none', (_, group) => {
    expect(() => grantOf({ project: office.retail.name, group })).toThrow('request-invalid')
  })
})

describe('a review', () => {
  test('keeps or removes what counts, not what one holds oneself', async () => {
    const { grantId } = await giveGrant(office.services, admin, toRetail({ email: second.email }))
    const verdict = { grantId, verdict: 'keep' as const, word: null }
    await expectRefused(reviewGrant(office.services, second, verdict), 'own-access', 'grant.reviewed')
    expect((await reviewGrant(office.services, admin, verdict)).state).toBe('in force')
    expect(await lastRow()).toMatchObject({ action: 'grant.reviewed', outcome: 'allowed' })
    const removed = await reviewGrant(office.services, admin, { ...verdict, verdict: 'remove' })
    expect(removed.state).toBe('taken back')
    expect(await refusalOf(reviewGrant(office.services, admin, verdict))).toBe('already-decided')
  })
})
