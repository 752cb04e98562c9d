import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../../auth/actor.ts'
import { layWebhook } from '../../webhooks/test-webhooks.ts'
import { giveGrant } from '../giving/give-grant.ts'
import { listPeople } from '../people/list-people.ts'
import { openOffice, type TestOffice } from '../test-office.ts'
import { parseGrant, parseRequest } from '../wanted.ts'
import { askForAccess } from './ask-for-access.ts'
import { decideRequest } from './decide-request.ts'
import { findOwnRequests } from './find-own-requests.ts'
import { lapseRequests } from './lapse-requests.ts'
import { type Inbox, listInbox } from './list-inbox.ts'
import type { RequestLine } from './request-line.ts'

let office: TestOffice
let admin: Actor
let local: Actor
let reviewer: Actor

beforeAll(async () => {
  office = await openOffice()
  admin = await office.hire('admin', ['admin'])
  local = await office.hire('local', [`admin@${office.wealth.id}`])
  reviewer = await office.hire('reviewer', ['reviewer'])
})
afterAll(() => office.stop())

const COMMON = {
  rights: ['recording:play'],
  until: new Date(Date.now() + 10 * 86_400_000).toISOString(),
  reason: 'A complaint has to be looked into.',
}
const now = () => ({ now: new Date() })
const inbox = (actor: Actor): Promise<Inbox> => listInbox(office.services, actor, now())
const find = (lines: readonly RequestLine[], id: string) => lines.find((line) => line.id === id)

async function ask(reach: Record<string, unknown>, actor: Actor = reviewer): Promise<string> {
  const wanted = parseRequest({ ...COMMON, ...reach })
  return (await askForAccess(office.services, actor, wanted)).requestId
}

const decide = (requestId: string, approve: boolean, word: string | null = null) =>
  decideRequest(office.services, admin, { requestId, approve, until: null, rights: null, word })

test('a request says who asks for what and why, and when it lapses', async () => {
  const id = await ask({ sessionId: office.retail.sessionId, caseReference: 'C-7' })
  const line = find((await inbox(admin)).open, id)
  expect(line).toMatchObject({
    asker: { personId: reviewer.personId, name: 'reviewer', email: reviewer.email },
    ...{ isOwn: false, rights: ['recording:find', 'recording:play'], caseReference: 'C-7', state: 'open' },
    ...{ reason: COMMON.reason, scope: { kind: 'session', sessionId: office.retail.sessionId } },
    ...{ decidedAt: null, decidedBy: null, word: null },
  })
  expect((line?.lapsesAt.getTime() ?? 0) - (line?.askedAt.getTime() ?? 0)).toBe(72 * 3_600_000)
})

test('an administrator of a project sees what is asked for there; what nobody knows, those of all', async () => {
  const wealth = await ask({ project: office.wealth.name })
  const retail = await ask({ archiveId: office.retail.archiveId })
  const unknown = await ask({ archiveId: randomUUID() })
  const region = await ask({ region: 'uk' })
  const seen = (await inbox(local)).open.map(({ id }) => id)
  expect(seen).toContain(wealth)
  for (const id of [retail, unknown, region]) expect(seen).not.toContain(id)
  const all = (await inbox(admin)).open.map(({ id }) => id)
  expect(all).toEqual(expect.arrayContaining([wealth, retail, unknown, region]))
})

test('whoever manages nothing has no inbox, and still sees what they asked for', async () => {
  const id = await ask({ project: office.retail.name })
  expect(await inbox(reviewer)).toEqual({ open: [], awaiting: [], decided: [] })
  const own = await findOwnRequests(office.services, reviewer, now())
  expect(own[0]).toMatchObject({ id, isOwn: true, state: 'open' })
  expect(await findOwnRequests(office.services, await office.hire('stranger'), now())).toEqual([])
})

test('whoever asks is not told whether an ID is known, nor where', async () => {
  const asker = await office.hire('asker')
  const known = await ask({ archiveId: office.retail.archiveId }, asker)
  const unknown = await ask({ archiveId: randomUUID() }, asker)
  await decide(known, false, 'Not yours to see.')
  const own = await findOwnRequests(office.services, asker, now())
  const shown = [known, unknown].map((id) => find(own, id))
  expect(shown.map((line) => [line?.scope.project, line?.heldBefore])).toEqual([
    [null, null],
    [null, null],
  ])
  expect(shown.map((line) => line?.longestDays)).toEqual([null, null])
  const told = await office.services.db.notice.findMany({ where: { personId: asker.personId } })
  expect(told.map(({ kind, about }) => [kind, about])).toEqual([
    ['request.refused', { requestId: known, scope: 'archive', project: null, region: null, unit: null }],
  ])
})

test('what an administrator asked for is shown to them as their own', async () => {
  const id = await ask({ project: office.retail.name }, admin)
  expect(find((await inbox(admin)).open, id)?.isOwn).toBe(true)
})

test('what was decided is shown with by whom and with which word', async () => {
  const id = await ask({ project: office.retail.name })
  await decide(id, false, 'Ask your lead first.')
  const { open, decided } = await inbox(admin)
  expect(find(open, id)).toBeUndefined()
  expect(decided[0]).toMatchObject({
    ...{ id, state: 'refused', decidedBy: 'admin', word: 'Ask your lead first.' },
  })
  expect(find(await findOwnRequests(office.services, reviewer, now()), id)).toMatchObject({
    ...{ state: 'refused', word: 'Ask your lead first.' },
  })
})

test('what nobody decided within 72 hours is no longer open, whether or not that is on record yet', async () => {
  const id = await ask({ project: office.retail.name })
  await office.services.db.$executeRaw`
    UPDATE access_requests SET asked_at = now() - interval '72 hours 1 second' WHERE id = ${id}::uuid`
  const { open, decided } = await inbox(admin)
  expect(find(open, id)).toBeUndefined()
  expect(find(decided, id)).toMatchObject({ state: 'lapsed', decidedAt: null })
})

test('it says how many grants they held there before', async () => {
  const newcomer = await office.hire('newcomer')
  const first = await ask({ project: office.retail.name }, newcomer)
  expect(find((await inbox(admin)).open, first)?.heldBefore).toBe(0)
  await decide(first, true)
  const next = await ask({ archiveId: office.retail.archiveId }, newcomer)
  const elsewhere = await ask({ project: office.wealth.name }, newcomer)
  const { open } = await inbox(admin)
  expect([find(open, next)?.heldBefore, find(open, elsewhere)?.heldBefore]).toEqual([1, 0])
})

test('what they held by a group is counted, and nothing is where no project is known', async () => {
  const member = await office.hire('member')
  await office.services.db.person.update({ where: { id: member.personId }, data: { groups: ['desk'] } })
  await giveGrant(
    office.services,
    admin,
    parseGrant({ ...COMMON, group: 'desk', project: office.retail.name }),
  )
  const asked = [
    { project: office.retail.name },
    { region: 'eu' },
    { unit: 'wealth' },
    { archiveId: randomUUID() },
  ]
  const ids: string[] = []
  for (const reach of asked) ids.push(await ask(reach, member))
  const { open } = await inbox(admin)
  expect(ids.map((id) => find(open, id)?.heldBefore)).toEqual([1, null, null, null])
})

test('it says how long a grant may last there', async () => {
  const asked = [
    { project: office.wealth.name },
    { unit: 'wealth' },
    { region: 'eu' },
    { archiveId: randomUUID() },
  ]
  const ids: string[] = []
  for (const reach of asked) ids.push(await ask(reach))
  const { open } = await inbox(admin)
  expect(ids.map((id) => find(open, id)?.longestDays)).toEqual([30, 30, 90, null])
})

describe('an ID that was not known when it was asked for', () => {
  const catalogue = (archiveId: string, sessionId: string) =>
    office.services.db.archive.create({
      data: {
        ...{ id: archiveId, projectId: office.wealth.id, sessionId, status: 'uploaded', record: {} },
        createdAt: new Date(),
      },
    })

  test('once it is catalogued it is its project’s, for that project’s administrators to decide', async () => {
    const [archiveId, sessionId] = [randomUUID(), `1_${randomUUID()}`]
    const [one, other] = [await ask({ archiveId }), await ask({ sessionId })]
    expect((await inbox(local)).open.map(({ id }) => id)).not.toContain(one)
    const stranger = await office.hire('stranger of no project')
    const theirs = await ask({ archiveId }, stranger)
    const isSeen = async () =>
      (await listPeople(office.services, local, { person: stranger.email ?? '', after: null, ...now() }))
        .people.length
    expect(await isSeen()).toBe(0)
    await catalogue(archiveId, sessionId)
    expect(await isSeen()).toBe(1)
    const { open } = await inbox(local)
    for (const id of [one, other, theirs]) expect(find(open, id)?.scope.project).toBe('Wealth')
    expect(find(open, theirs)?.heldBefore).toBe(0)
    // Whoever asked is told as little as before.
    const own = await findOwnRequests(office.services, reviewer, now())
    expect(find(own, one)?.scope.project).toBeNull()

    const decision = { until: null, rights: null, word: 'As said on the phone.' }
    const refused = { ...decision, requestId: one, approve: false }
    expect(await decideRequest(office.services, local, refused)).toMatchObject({ state: 'refused' })
    const approved = { ...decision, requestId: other, approve: true }
    expect(await decideRequest(office.services, local, approved)).toMatchObject({ state: 'approved' })
    const decided = (await inbox(local)).decided.filter(({ id }) => [one, other].includes(id))
    expect(decided.map(({ scope, state }) => [scope.project, state])).toEqual([
      ['Wealth', 'approved'],
      ['Wealth', 'refused'],
    ])
    expect(
      await office.services.db.accessRequest.findMany({
        where: { id: { in: [one, other] } },
        select: { projectId: true },
      }),
    ).toEqual([{ projectId: office.wealth.id }, { projectId: office.wealth.id }])
  })

  test('once it is catalogued lapses as its project’s, whose log and webhooks are told', async () => {
    const webhook = {
      url: 'https://hooks.bank.test/in',
      events: ['request.lapsed'],
      projectId: office.wealth.id,
    }
    const webhookId = await layWebhook(office.services, webhook)
    const [archiveId, sessionId] = [randomUUID(), `1_${randomUUID()}`]
    const ids = [await ask({ archiveId }), await ask({ sessionId })]
    await catalogue(archiveId, sessionId)
    await office.services.db.$executeRaw`
      UPDATE access_requests SET asked_at = now() - interval '73 hours' WHERE id = ANY (${ids}::uuid[])`
    expect(await lapseRequests(office.services)).toBeGreaterThanOrEqual(2)
    const rows = await office.services.db.$queryRaw`
      SELECT q.decision, q.project_id AS "projectId", e.project_name AS project
      FROM access_requests q JOIN audit.events e ON e.target_id = q.id::text AND e.action = 'request.lapsed'
      WHERE q.id = ANY (${ids}::uuid[])`
    const lapsed = { decision: 'lapsed', projectId: office.wealth.id, project: 'Wealth' }
    expect(rows).toEqual([lapsed, lapsed])
    expect(await office.services.db.webhookDelivery.count({ where: { webhookId } })).toBe(2)
    const own = await findOwnRequests(office.services, reviewer, now())
    expect(ids.map((id) => find(own, id)?.scope.project)).toEqual([null, null])
  })

  test('stays with administrators of all until then, who may refuse it', async () => {
    const id = await ask({ archiveId: randomUUID() })
    const decision = { requestId: id, approve: false, until: null, rights: null, word: 'Nobody knows it.' }
    await expect(decideRequest(office.services, local, decision)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await decideRequest(office.services, admin, decision)).toMatchObject({ state: 'refused' })
  })
})

test('a grant that waits for a second administrator is in the inbox of each, and its giver’s as their own', async () => {
  const wanted = parseGrant({ ...COMMON, email: reviewer.email, project: office.wealth.name })
  const { grantId } = await giveGrant(office.services, admin, wanted)
  const [forLocal, forGiver] = await Promise.all(
    [local, admin].map(async (actor) => (await inbox(actor)).awaiting.find(({ id }) => id === grantId)),
  )
  expect(forLocal).toMatchObject({ state: 'awaiting', isOwn: false, givenBy: 'admin' })
  expect(forGiver).toMatchObject({ state: 'awaiting', isOwn: true })
  const isThere = async () => (await inbox(local)).awaiting.some(({ id }) => id === grantId)
  await office.services.db.$executeRaw`
    UPDATE grants SET given_at = now() - interval '72 hours 1 second' WHERE id = ${grantId}::uuid`
  expect(await isThere(), 'that has lapsed').toBe(false)
  // Changed to more, it waits anew; and has come to its end.
  await office.services.db.$executeRaw`
    UPDATE grants SET valid_from = now() - interval '1 day', valid_until = now() WHERE id = ${grantId}::uuid`
  expect(await isThere(), 'that has ended').toBe(false)
})
