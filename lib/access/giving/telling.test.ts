import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '../../auth/actor.ts'
import { layWebhook } from '../../webhooks/test-webhooks.ts'
import { findOwnAccess } from '../lists/find-own-access.ts'
import { askForAccess } from '../requests/ask-for-access.ts'
import { decideRequest } from '../requests/decide-request.ts'
import { lapseGrants } from '../requests/lapse-requests.ts'
import { openOffice, type TestOffice } from '../test-office.ts'
import { parseGrant, parseRequest } from '../wanted.ts'
import { approveGrant } from './approve-grant.ts'
import { giveGrant } from './give-grant.ts'
import { revokeGrant } from './revoke-grant.ts'
import { tellOfOlderWaits } from './waiting.ts'

let office: TestOffice
let admin: Actor
let second: Actor
let third: Actor
let reviewer: Actor

beforeAll(async () => {
  office = await openOffice()
  admin = await office.hire('admin', ['admin'])
  second = await office.hire('second', ['admin'])
  third = await office.hire('third', ['admin'])
  reviewer = await office.hire('reviewer', ['reviewer'])
})
afterAll(() => office.stop())

const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString()
const UNTIL = inDays(10)
const COMMON = { rights: ['recording:play'], until: UNTIL, reason: 'A complaint has to be looked into.' }

const give = (fields: Record<string, unknown>, hand = admin) => {
  const to = fields.group === undefined ? { email: reviewer.email } : {}
  return giveGrant(office.services, hand, parseGrant({ ...COMMON, ...to, ...fields }))
}
const ask = (fields: Record<string, unknown>, actor = reviewer) =>
  askForAccess(office.services, actor, parseRequest({ ...COMMON, ...fields }))
const decide = (requestId: string, approve: boolean, hand = admin) =>
  decideRequest(office.services, hand, {
    ...{ requestId, approve, until: null, rights: null, word: approve ? null : 'Not at the moment.' },
  })
const approve = (grantId: string, hand: Actor) =>
  approveGrant(office.services, hand, { grantId, approve: true, word: null })

type Told = { readonly kind: string; readonly personId: string; readonly about: Record<string, unknown> }

async function toldOf(id: string): Promise<Told[]> {
  return office.services.db.$queryRaw`
    SELECT kind, person_id AS "personId", about FROM notices
    WHERE about ->> 'grantId' = ${id} OR about ->> 'requestId' = ${id} ORDER BY kind, person_id`
}

/** Who was told of it so, in order. */
async function whoWasTold(id: string, kind: string): Promise<string[]> {
  return (await toldOf(id)).filter((told) => told.kind === kind).map(({ personId }) => personId)
}

const idsOf = (...people: readonly Actor[]): string[] => people.map(({ personId }) => personId).toSorted()

async function join(group: string, ...people: readonly Actor[]): Promise<void> {
  await office.services.db.person.updateMany({
    where: { id: { in: idsOf(...people) } },
    data: { groups: [group] },
  })
}

describe('of a request', () => {
  test('the administrators of its project; of its decision, whoever asked', async () => {
    const local = await office.hire('local', [`admin@${office.retail.id}`])
    const elsewhere = await office.hire('elsewhere', [`admin@${office.wealth.id}`])
    const { requestId } = await ask({ project: office.retail.name })
    const told = await whoWasTold(requestId, 'request.made')
    expect(told).toContain(local.personId)
    expect(told).not.toContain(elsewhere.personId)
    const { grantId } = await decide(requestId, true, local)
    expect(await whoWasTold(requestId, 'request.approved')).toEqual([reviewer.personId])
    expect(await toldOf(grantId ?? ''), 'once is enough').toEqual([])
  })

  test('that it was approved, and whether it counts or waits for a second administrator', async () => {
    for (const [project, state] of [
      [office.retail.name, 'in force'],
      [office.wealth.name, 'awaiting'],
    ]) {
      const { requestId } = await ask({ project })
      await decide(requestId, true)
      const told = (await toldOf(requestId)).filter(({ kind }) => kind === 'request.approved')
      expect(told.map(({ about }) => about.state)).toEqual([state])
    }
  })

  test('by an administrator, not themselves', async () => {
    const { requestId } = await ask({ project: office.retail.name }, second)
    expect(await whoWasTold(requestId, 'request.made')).not.toContain(second.personId)
  })

  test('for one recording, that it is one, and never which', async () => {
    const { archiveId, sessionId } = office.retail
    for (const [fields, scope] of [
      [{ archiveId }, 'archive'],
      [{ sessionId }, 'session'],
    ] as const) {
      const asker = await office.hire('asker')
      const { requestId } = await ask(fields, asker)
      const { grantId } = await decide(requestId, true)
      const told = [...(await toldOf(requestId)), ...(await toldOf(grantId ?? ''))]
      expect(new Set(told.map(({ about }) => about.scope))).toEqual(new Set([scope]))
      expect(JSON.stringify(told)).not.toContain(archiveId)
      expect(JSON.stringify(told)).not.toContain(sessionId)
    }
  })

  describe.each(['archiveId', 'sessionId'] as const)(
    'by %s, that waits for a second administrator,',
    (by) => {
      const waiting = async (): Promise<{ asker: Actor; requestId: string; grantId: string }> => {
        const asker = await office.hire('asker')
        const { requestId } = await ask({ [by]: office.wealth[by] }, asker)
        const { grantId } = await decide(requestId, true)
        return { asker, requestId, grantId: grantId ?? '' }
      }
      const projectsTold = async (asker: Actor, ...ids: readonly string[]): Promise<unknown[]> => {
        const told = (await Promise.all(ids.map(toldOf))).flat()
        return told
          .filter(({ personId }) => personId === asker.personId)
          .map(({ kind, about }) => [kind, about.project])
      }
      const lapse = async (grantId: string): Promise<void> => {
        await office.services.db.grant.update({
          where: { id: grantId },
          data: { givenAt: new Date(Date.now() - 73 * 3_600_000) },
        })
        await lapseGrants(office.services)
      }

      test.each([
        [
          'refused',
          (grantId: string) => approveGrant(office.services, second, { grantId, approve: false, word: null }),
        ],
        ['lapsed', lapse],
      ])('no project when it is %s; its giver and the webhooks are told which', async (_, end) => {
        const url = 'https://hooks.bank.test/in'
        const events = ['request.approved', 'grant.refused'] as const
        const webhookId = await layWebhook(office.services, { url, events })
        const { asker, requestId, grantId } = await waiting()
        await end(grantId)
        const told = [
          ['request.approved', null],
          ['grant.refused', null],
        ]
        expect(await projectsTold(asker, requestId, grantId)).toEqual(told)
        expect(await projectsTold(admin, grantId)).toEqual([['grant.refused', 'Wealth']])
        const sent = await office.services.db.webhookDelivery.findMany({
          where: { webhookId, event: 'grant.refused' },
        })
        expect(sent.map(({ body }) => body)).toMatchObject([{ data: { project: 'Wealth' } }])
      })

      test('its project once it counts', async () => {
        const { asker, grantId } = await waiting()
        await approve(grantId, second)
        expect(await projectsTold(asker, grantId)).toEqual([['grant.given', 'Wealth']])
      })
    },
  )

  test('for a region, which one', async () => {
    const { requestId } = await ask({ region: 'uk' })
    const [made] = await toldOf(requestId)
    expect(made?.about).toMatchObject({ scope: 'region', region: 'uk', project: null, unit: null })
  })
})

describe('of a grant', () => {
  test('its holder: how far it reaches, whose it is, who gave it and until when', async () => {
    const { grantId } = await give({ project: office.retail.name })
    expect(await toldOf(grantId)).toEqual([
      {
        ...{ kind: 'grant.given', personId: reviewer.personId },
        about: {
          ...{ grantId, scope: 'project', project: 'Retail EU', region: null, unit: null },
          ...{ holderId: reviewer.personId, holder: 'reviewer', group: null, giverId: admin.personId },
          ...{ from: null, until: UNTIL },
        },
      },
    ])
  })

  test('that begins later, from when', async () => {
    const from = inDays(2)
    const given = await give({ project: office.retail.name, from })
    expect((await toldOf(given.grantId))[0]?.about).toMatchObject({ from })
    const { grantId } = await give({ project: office.wealth.name, from })
    expect((await approve(grantId, second)).state).toBe('not yet')
    const told = (await toldOf(grantId)).filter(({ kind }) => kind === 'grant.given')
    expect(told.map(({ personId, about }) => [personId, about.from])).toEqual(
      idsOf(reviewer, admin).map((id) => [id, from]),
    )
  })

  test('that one has approved, its holder and its giver, with no time where it counts at once', async () => {
    const { grantId } = await give({ project: office.wealth.name })
    await approve(grantId, second)
    const told = (await toldOf(grantId)).filter(({ kind }) => kind === 'grant.given')
    expect(told.map(({ personId, about }) => [personId, about.from])).toEqual(
      idsOf(reviewer, admin).map((id) => [id, null]),
    )
  })

  test('that one has refused, its holder and its giver', async () => {
    const { grantId } = await give({ project: office.wealth.name })
    await approveGrant(office.services, second, { grantId, approve: false, word: 'Not this one.' })
    expect(await whoWasTold(grantId, 'grant.refused')).toEqual(idsOf(reviewer, admin))
    expect(await whoWasTold(grantId, 'grant.given')).toEqual([])
  })

  test('that is taken back, its holder', async () => {
    const { grantId } = await give({ project: office.retail.name })
    await revokeGrant(office.services, admin, { grantId, word: null })
    expect(await whoWasTold(grantId, 'grant.revoked')).toEqual([reviewer.personId])
  })
})

describe('of a grant that is taken back while it waits, those who were promised it:', () => {
  const revoke = (grantId: string, hand: Actor) => revokeGrant(office.services, hand, { grantId, word: null })

  test('nobody of its group; its giver, where another takes it back', async () => {
    const member = await office.hire('member', ['reviewer'])
    await join('promised', member)
    const [own, others] = [
      await give({ project: office.wealth.name, group: 'promised' }),
      await give({ project: office.wealth.name, group: 'promised' }),
    ]
    await revoke(own.grantId, admin)
    expect(await whoWasTold(own.grantId, 'grant.revoked')).toEqual([])
    await revoke(others.grantId, second)
    expect(await whoWasTold(others.grantId, 'grant.revoked')).toEqual([admin.personId])
  })

  test('its holder, without the project where it was given by an ID', async () => {
    const { grantId } = await give({ archiveId: office.wealth.archiveId })
    await revoke(grantId, second)
    const told = (await toldOf(grantId)).filter(({ kind }) => kind === 'grant.revoked')
    expect(told.map(({ personId, about }) => [personId, about.project])).toEqual(
      idsOf(admin, reviewer).map((id) => [id, id === admin.personId ? 'Wealth' : null]),
    )
  })
})

test('of what becomes of a grant that waits, nobody who gave it and administers there no more', async () => {
  const { db } = office.services
  const leaver = await office.hire('leaver', ['admin'])
  const givenByLeaver = async (): Promise<string> =>
    (await give({ project: office.wealth.name }, leaver)).grantId
  const [approved, refused, lapsed, takenBack] = [
    await givenByLeaver(),
    await givenByLeaver(),
    await givenByLeaver(),
    await givenByLeaver(),
  ]
  await db.roleHeld.deleteMany({ where: { personId: leaver.personId } })
  await approve(approved, second)
  await approveGrant(office.services, second, { grantId: refused, approve: false, word: null })
  await revokeGrant(office.services, second, { grantId: takenBack, word: null })
  await db.grant.update({ where: { id: lapsed }, data: { givenAt: new Date(Date.now() - 73 * 3_600_000) } })
  await lapseGrants(office.services)
  const ends = ['grant.given', 'grant.refused', 'grant.refused', 'grant.revoked']
  for (const [index, grantId] of [approved, refused, lapsed, takenBack].entries())
    expect(await whoWasTold(grantId, ends[index] ?? '')).toEqual([reviewer.personId])
})

describe('that a grant waits, those who may approve it:', () => {
  const ofWealth = async (): Promise<Actor> => office.hire('local', [`admin@${office.wealth.id}`])

  test('not whoever gave it, and not whom it is for', async () => {
    const local = await ofWealth()
    const { grantId } = await give({ project: office.wealth.name, email: second.email })
    const told = await whoWasTold(grantId, 'grant.awaiting')
    expect(told).toEqual(expect.arrayContaining(idsOf(third, local)))
    for (const { personId } of [admin, second]) expect(told).not.toContain(personId)
  })

  test('not whoever asked for it', async () => {
    const { requestId } = await ask({ project: office.wealth.name }, second)
    const { grantId } = await decide(requestId, true)
    const told = await whoWasTold(grantId ?? '', 'grant.awaiting')
    expect(told).toContain(third.personId)
    for (const { personId } of [admin, second]) expect(told).not.toContain(personId)
  })

  test('not somebody in the group that it is for', async () => {
    const [inside, outside] = [await ofWealth(), await ofWealth()]
    await join('advisers', inside)
    const { grantId } = await give({ project: office.wealth.name, group: 'advisers' })
    const told = await whoWasTold(grantId, 'grant.awaiting')
    expect(told).toContain(outside.personId)
    expect(told).not.toContain(inside.personId)
  })

  test('of a region, administrators of all, who alone may', async () => {
    const local = await ofWealth()
    const { grantId } = await give({ region: 'uk' })
    const told = await whoWasTold(grantId, 'grant.awaiting')
    expect(told).toEqual(expect.arrayContaining(idsOf(second, third)))
    expect(told).not.toContain(local.personId)
  })
})

describe('of a grant for a group, whoever is known to be in it,', () => {
  test('when it is given and taken back; not who is disabled, gave it or takes it back', async () => {
    const [one, other, gone] = [
      await office.hire('one', ['reviewer']),
      await office.hire('other'),
      await office.hire('gone'),
    ]
    const giver = await office.hire('giver', ['admin'])
    const taker = await office.hire('taker', ['admin'])
    await join('desk', one, other, gone, taker)
    await join('another desk', reviewer)
    await office.services.db.person.update({ where: { id: gone.personId }, data: { disabledAt: new Date() } })
    const { grantId } = await give({ project: office.retail.name, group: 'desk' }, giver)
    expect(await whoWasTold(grantId, 'grant.given')).toEqual(idsOf(one, other, taker))
    const [told] = await toldOf(grantId)
    expect(told?.about).toMatchObject({
      group: 'desk',
      holderId: null,
      holder: null,
      giverId: giver.personId,
    })
    await join('desk', giver)
    await revokeGrant(office.services, taker, { grantId, word: null })
    expect(await whoWasTold(grantId, 'grant.revoked')).toEqual(idsOf(one, other))
  })

  test('when a second administrator has approved it, and not before; not that one, who came to be in it', async () => {
    const member = await office.hire('member', ['reviewer'])
    const approver = await office.hire('approver', ['admin'])
    await join('advisers', member)
    const { grantId } = await give({ project: office.wealth.name, group: 'advisers' })
    expect(await whoWasTold(grantId, 'grant.given')).toEqual([])
    await approve(grantId, approver)
    const told = await whoWasTold(grantId, 'grant.given')
    expect(told).toContain(member.personId)
    expect(told).not.toContain(approver.personId)
  })
})

describe('a webhook of a project', () => {
  const eventsOf = async (webhookId: string): Promise<unknown[]> => {
    const sent = await office.services.db.webhookDelivery.findMany({
      where: { webhookId },
      orderBy: { createdAt: 'asc' },
    })
    return sent.map(({ event, body }) => [event, body])
  }
  const events = ['grant.given', 'grant.awaiting', 'grant.revoked'] as const

  test.each([
    ['region', 'eu'],
    ['unit', 'retail eu'],
  ])('is told of grants over its %s, once, and of those over another not', async (kind, name) => {
    const url = 'https://hooks.bank.test/in'
    const [ofRetail, ofWealth, ofAll] = [
      await layWebhook(office.services, { url, events, projectId: office.retail.id }),
      await layWebhook(office.services, { url, events, projectId: office.wealth.id }),
      await layWebhook(office.services, { url, events }),
    ]
    const { grantId } = await give({ [kind]: name })
    await revokeGrant(office.services, admin, { grantId, word: null })
    const data = expect.objectContaining({ projectId: null, grantId, scope: kind, [kind]: name })
    const expected = ['grant.given', 'grant.revoked'].map((event) => [
      event,
      expect.objectContaining({ type: event, data }),
    ])
    expect(await eventsOf(ofRetail)).toEqual(expected)
    expect(await eventsOf(ofAll)).toEqual(expected)
    expect(await eventsOf(ofWealth)).toEqual([])
  })

  test('is told of one that waits over its region', async () => {
    const webhook = { url: 'https://hooks.bank.test/in', events, projectId: office.wealth.id }
    const webhookId = await layWebhook(office.services, webhook)
    await give({ region: 'uk' })
    expect((await eventsOf(webhookId)).map((event) => JSON.stringify(event))).toEqual([
      expect.stringContaining('"grant.awaiting"'),
    ])
  })
})

test('that older grants wait, once a project in their region has four eyes, is told to administrators of all', async () => {
  const local = await office.hire('local', [`admin@${office.retail.id}`])
  const events = ['grant.awaiting']
  const webhook = { url: 'https://hooks.bank.test/in', events, projectId: office.retail.id }
  const webhookId = await layWebhook(office.services, webhook)
  const wide = await give({ region: 'eu' })
  const narrow = await give({ project: office.retail.name })
  const begun = await office.services.db.$transaction(async (tx) => {
    await tx.project.update({ where: { id: office.retail.id }, data: { fourEyes: true } })
    return tellOfOlderWaits(tx, office.retail)
  })
  expect(begun.map(({ id }) => id)).toEqual(expect.arrayContaining([wide.grantId, narrow.grantId]))
  const ofAll = idsOf(second, third)
  expect(await whoWasTold(wide.grantId, 'grant.awaiting')).toEqual(expect.arrayContaining(ofAll))
  expect(await whoWasTold(wide.grantId, 'grant.awaiting')).not.toContain(local.personId)
  expect(await whoWasTold(narrow.grantId, 'grant.awaiting')).toContain(local.personId)
  for (const { grantId } of [wide, narrow])
    expect(await whoWasTold(grantId, 'grant.awaiting')).not.toContain(admin.personId)
  const sent = await office.services.db.webhookDelivery.count({
    where: { webhookId, body: { path: ['data', 'grantId'], equals: wide.grantId } },
  })
  expect(sent).toBe(1)
})

describe('of a grant that counted before it began to wait, whoever knew of it:', () => {
  let branch: TestOffice
  let giver: Actor
  let approver: Actor
  let holder: Actor
  let member: Actor
  let ids: { own: string; byId: string; ofGroup: string }

  const inBranch = (fields: Record<string, unknown>) =>
    giveGrant(branch.services, giver, parseGrant({ ...COMMON, ...fields }))
  const told = async (person: Actor, kind: string): Promise<unknown[]> => {
    const rows = await branch.services.db.notice.findMany({
      where: { personId: person.personId, kind },
      orderBy: { id: 'asc' },
    })
    return rows.map(({ about }) => {
      const { grantId, project, counted } = about as Record<string, unknown>
      return [grantId, project, counted]
    })
  }
  const lapse = async (): Promise<void> => {
    await branch.services.db.$executeRaw`UPDATE grants SET given_at = now() - interval '73 hours'`
    await lapseGrants(branch.services)
  }
  const refuse = async (): Promise<void> => {
    for (const grantId of Object.values(ids))
      await approveGrant(branch.services, approver, { grantId, approve: false, word: null })
  }

  beforeEach(async () => {
    branch = await openOffice()
    giver = await branch.hire('giver', ['admin'])
    approver = await branch.hire('approver', ['admin'])
    holder = await branch.hire('holder', ['reviewer'])
    member = await branch.hire('member', ['reviewer'])
    await branch.services.db.person.update({ where: { id: member.personId }, data: { groups: ['desk'] } })
    const { name: project, archiveId } = branch.retail
    const [own, byId, ofGroup] = [
      await inBranch({ email: holder.email, project }),
      await inBranch({ email: holder.email, archiveId }),
      await inBranch({ group: 'desk', project }),
    ]
    ids = { own: own.grantId, byId: byId.grantId, ofGroup: ofGroup.grantId }
    await branch.services.db.$transaction(async (tx) => {
      await tx.project.update({ where: { id: branch.retail.id }, data: { fourEyes: true } })
      await tellOfOlderWaits(tx, branch.retail)
    })
  })
  afterEach(() => branch.stop())

  const ofHolder = (counted?: string) => [ids.own, ids.byId].map((id) => [id, 'Retail EU', counted])

  test('that it waits now, which shows on their own page as what they knew', async () => {
    expect((await told(holder, 'grant.suspended')).toSorted()).toEqual(ofHolder().toSorted())
    expect(await told(member, 'grant.suspended')).toEqual([[ids.ofGroup, 'Retail EU', undefined]])
    expect(await told(giver, 'grant.suspended')).toHaveLength(3)
    const { grants } = await findOwnAccess(branch.services, holder, { now: new Date() })
    expect(grants.map(({ state, scope }) => [state, scope.project])).toEqual([
      ['awaiting', 'Retail EU'],
      ['awaiting', 'Retail EU'],
    ])
  })

  test.each([
    ['is refused', refuse],
    ['lapses', lapse],
  ])('that it %s, members of a group too, with the project they knew', async (_, end) => {
    await end()
    expect((await told(holder, 'grant.refused')).toSorted()).toEqual(ofHolder('before').toSorted())
    expect(await told(member, 'grant.refused')).toEqual([[ids.ofGroup, 'Retail EU', 'before']])
    expect(await told(giver, 'grant.refused')).toHaveLength(3)
  })

  test('that it is taken back', async () => {
    for (const grantId of Object.values(ids))
      await revokeGrant(branch.services, approver, { grantId, word: null })
    expect((await told(holder, 'grant.revoked')).toSorted()).toEqual(ofHolder('before').toSorted())
    expect(await told(member, 'grant.revoked')).toEqual([[ids.ofGroup, 'Retail EU', 'before']])
  })

  test('that it counts again, and later that it was taken back, as any other', async () => {
    await approveGrant(branch.services, approver, { grantId: ids.ofGroup, approve: true, word: null })
    await revokeGrant(branch.services, approver, { grantId: ids.ofGroup, word: null })
    expect(await told(member, 'grant.revoked')).toEqual([[ids.ofGroup, 'Retail EU', undefined]])
  })
})
