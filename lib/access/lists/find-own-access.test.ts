import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../../auth/actor.ts'
import { newUuid } from '../../uuid.ts'
import { openOffice, type TestOffice } from '../test-office.ts'
import { findOwnAccess } from './find-own-access.ts'

let office: TestOffice
let admin: Actor

beforeAll(async () => {
  office = await openOffice()
  admin = await office.hire('admin', ['admin'])
})
afterAll(() => office.stop())

const DAY_MS = 86_400_000

/** A grant as an access file may give it, whatever role its holder has. */
async function lay(fields: Record<string, unknown>, untilDays = 10): Promise<string> {
  const id = newUuid()
  const now = Date.now()
  await office.services.db.grant.create({
    data: {
      ...{ id, scope: 'project', rights: ['recording:find'], reason: 'for this test' },
      ...{ validFrom: new Date(now - DAY_MS), validUntil: new Date(now + untilDays * DAY_MS), ...fields },
    },
  })
  return id
}

const find = (who: Actor) => findOwnAccess(office.services, who, { now: new Date() })
const join = ({ personId: id }: Actor, group: string) =>
  office.services.db.person.update({ where: { id }, data: { groups: [group] } })

test('one’s own access is one’s own, whoever else holds what, the one that lasts longest first', async () => {
  const robin = await office.hire('robin', ['reviewer', `admin@${office.wealth.id}`])
  const { personId } = robin
  const [soon, late, over] = [
    await lay({ personId, projectId: office.retail.id }, 3),
    await lay({ personId, projectId: office.retail.id }, 9),
    await lay({ personId, projectId: office.retail.id }, -0.5),
  ]
  await lay({ personId: (await office.hire('other')).personId, projectId: office.retail.id })
  const { roles, grants } = await find(robin)
  expect(roles).toEqual([
    { role: 'admin', project: 'Wealth' },
    { role: 'reviewer', project: null },
  ])
  expect(grants.map(({ id, state, isHeldBack }) => [id, state, isHeldBack])).toEqual([
    [late, 'in force', false],
    [soon, 'in force', false],
    [over, 'ended', false],
  ])
})

test('somebody who holds nothing holds nothing', async () => {
  expect(await find(await office.hire('nobody'))).toEqual({ roles: [], grants: [] })
})

test('what a group of one’s own was given is one’s own, what another was is not', async () => {
  const member = await office.hire('member', ['reviewer'])
  await join(member, 'desk of one')
  for (const groupName of ['desk of one', 'another desk'])
    await lay({ groupName, scope: 'region', region: 'eu' })
  const { grants } = await find(member)
  expect(grants.map(({ group, scope }) => [group, scope.kind])).toEqual([['desk of one', 'region']])
})

test('what one gave or approved for a group, and has come to be in since, is not one’s own', async () => {
  const [giver, approver] = [await office.hire('giver', ['admin']), await office.hire('approver', ['admin'])]
  const member = await office.hire('member', ['reviewer'])
  const id = await lay({ groupName: 'joined', projectId: office.wealth.id, givenBy: giver.personId })
  await office.services.db.grant.update({
    where: { id },
    data: { approvedBy: approver.personId, approvedAt: new Date() },
  })
  for (const each of [giver, approver, member]) await join(each, 'joined')
  const held = await Promise.all(
    [giver, approver, member].map(async (each) => (await find(each)).grants.length),
  )
  expect(held).toEqual([0, 0, 1])
})

test('of what lies behind an ID, the project is shown once it has counted, and not before', async () => {
  const { archiveId, sessionId, id: projectId } = office.wealth
  const at = new Date(Date.now() - 1000)
  const shown = async (fields: Record<string, unknown>, later = {}): Promise<unknown> => {
    const holder = await office.hire('holder')
    const id = await lay({ personId: holder.personId, projectId, givenBy: admin.personId, ...fields })
    await office.services.db.grant.update({ where: { id }, data: later })
    const [grant] = (await find(holder)).grants
    return [grant?.state, grant?.scope.project, grant?.isHeldBack]
  }
  const byArchive = { scope: 'archive', archiveId }
  expect(await shown(byArchive)).toEqual(['awaiting', null, false])
  expect(await shown({ scope: 'session', sessionId })).toEqual(['awaiting', null, false])
  expect(await shown(byArchive, { revokedAt: at })).toEqual(['taken back', null, false])
  const longAgo = new Date(Date.now() - 4 * DAY_MS)
  expect(await shown({ ...byArchive, givenAt: longAgo })).toEqual(['lapsed', null, false])
  expect(await shown({})).toEqual(['awaiting', 'Wealth', false])
  const second = await office.hire('second', ['admin'])
  const approved = { approvedBy: second.personId, approvedAt: new Date() }
  expect(await shown(byArchive, approved)).toEqual(['in force', 'Wealth', true])
  expect(await shown(byArchive, { ...approved, revokedAt: at })).toEqual(['taken back', 'Wealth', true])
})

describe('a grant is held back', () => {
  const heldBack = async (roles: readonly string[], fields: Record<string, unknown>): Promise<unknown> => {
    const holder = await office.hire('holder', roles)
    await lay({ personId: holder.personId, ...fields })
    const [grant] = (await find(holder)).grants
    return [grant?.state, grant?.isHeldBack]
  }

  test('where its holder is no reviewer, of any project or of that one', async () => {
    const onRetail = { projectId: office.retail.id }
    expect(await heldBack([], onRetail)).toEqual(['in force', true])
    expect(await heldBack(['auditor'], onRetail)).toEqual(['in force', true])
    expect(await heldBack([`reviewer@${office.wealth.id}`], onRetail)).toEqual(['in force', true])
    expect(await heldBack([`reviewer@${office.retail.id}`], onRetail)).toEqual(['in force', false])
    expect(await heldBack(['reviewer'], onRetail)).toEqual(['in force', false])
  })

  test('over a region, where its holder reviews nothing in it', async () => {
    const ofRegion = { scope: 'region', region: 'eu' }
    expect(await heldBack([`reviewer@${office.wealth.id}`], ofRegion)).toEqual(['in force', true])
    expect(await heldBack([`reviewer@${office.retail.id}`], ofRegion)).toEqual(['in force', false])
  })

  test('of a group, by the role of whoever looks', async () => {
    const [reviewer, trainee] = [await office.hire('reviewer', ['reviewer']), await office.hire('trainee')]
    for (const each of [reviewer, trainee]) await join(each, 'mixed')
    await lay({ groupName: 'mixed', projectId: office.retail.id, givenBy: admin.personId })
    const states = await Promise.all(
      [reviewer, trainee].map(async (each) => (await find(each)).grants[0]?.isHeldBack),
    )
    expect(states).toEqual([false, true])
  })
})
