import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMigratedDatabase } from '../../../e2e/stack/test-database.ts'
import type { Actor } from '../../auth/actor.ts'
import { createTestServices } from '../../auth/test-services.ts'
import type { Services } from '../../services.ts'
import { newUuid } from '../../uuid.ts'
import type { Role } from '../permissions.ts'
import { listPeople } from './list-people.ts'
import { listSignInsOf } from './list-sign-ins.ts'

let services: Services
const [RETAIL, PRIVATE] = [newUuid(), newUuid()]
const now = new Date()
const people = new Map<string, string>()

beforeAll(async () => {
  services = createTestServices((await createMigratedDatabase()).applicationUrl)
  const { db } = services
  for (const [id, recorderKey, name] of [
    [RETAIL, '1', 'Retail'],
    [PRIVATE, '2', 'Private'],
  ] as const)
    await db.project.create({
      data: { id, kind: 'opentok', recorderKey, name, apiUrl: 'https://api.test', secrets: {}, reasons: [] },
    })
  const add = async (name: string, roles: readonly { role: string; projectId?: string }[]) => {
    const { id } = await db.person.create({ data: { id: newUuid(), email: `${name}@bank.test`, name } })
    for (const role of roles) await db.roleHeld.create({ data: { personId: id, ...role } })
    people.set(name, id)
    return id
  }
  await add('Alex', [{ role: 'admin' }])
  const robin = await add('Robin', [
    { role: 'reviewer', projectId: RETAIL },
    { role: 'reviewer', projectId: PRIVATE },
  ])
  await add('Ari', [{ role: 'auditor', projectId: PRIVATE }])
  await add('Nico', [])
  const grant = { personId: robin, rights: ['recording:find'], validFrom: now, reason: 'for this test' }
  await db.grant.create({
    data: { ...grant, projectId: RETAIL, validUntil: new Date(now.getTime() + 3_600_000) },
  })
  await db.grant.create({
    data: { ...grant, projectId: PRIVATE, validUntil: new Date(now.getTime() + 7_200_000) },
  })
})
afterAll(async () => {
  await services.db.$disconnect()
  await services.outgoing.close()
})

const actor = (roles: readonly Role[], personId = newUuid()): Actor => ({
  ...{ personId, issuer: 'i', subject: 's', email: null, name: null, roles, signInId: newUuid() },
  ...{ signedInAt: now, expiresAt: now, authTime: null, acr: null, amr: [] },
  client: { address: null, userAgent: null, requestId: 'r' },
})
const everywhere = actor([{ role: 'admin', projectId: null }])
const ofRetail = actor([{ role: 'admin', projectId: RETAIL }])

const list = async (who: Actor, person = '', after: string | null = null) =>
  (await listPeople(services, who, { person, after, now })).people

describe('people', () => {
  test('are listed with what they hold, the last added first', async () => {
    const rows = await list(everywhere)
    expect(rows.map(({ name }) => name)).toEqual(['Nico', 'Ari', 'Robin', 'Alex'])
    expect(rows[2]).toMatchObject({
      roles: [
        { role: 'reviewer', project: expect.any(String) },
        { role: 'reviewer', project: expect.any(String) },
      ],
      grants: [
        { scope: { kind: 'project', project: 'Private' }, state: 'in force' },
        { scope: { kind: 'project', project: 'Retail' }, state: 'in force' },
      ],
    })
  })

  test('are, for an administrator of one project, those who hold something there, and that alone', async () => {
    const rows = await list(ofRetail)
    expect(rows.map(({ name }) => name)).toEqual(['Robin', 'Alex'])
    expect(rows[0]).toMatchObject({
      roles: [{ role: 'reviewer', project: 'Retail' }],
      grants: [{ scope: { project: 'Retail' } }],
    })
    expect(rows[1]).toMatchObject({ roles: [{ role: 'admin', project: null }], grants: [] })
  })

  test('are found by a part of name or mail, whatever its case, and by nothing that is read as a pattern', async () => {
    expect((await list(everywhere, ' ROB')).map(({ name }) => name)).toEqual(['Robin'])
    expect((await list(everywhere, 'ari@bank')).map(({ name }) => name)).toEqual(['Ari'])
    for (const odd of ['%', '_obin', "' OR 1=1", '\0%', 'a'.repeat(10_000)])
      expect(await list(everywhere, odd), odd.slice(0, 20)).toEqual([])
  })

  test('are nobody for whoever may not manage access', async () => {
    expect(await list(actor([{ role: 'auditor', projectId: null }]))).toEqual([])
    expect(await list(actor([]))).toEqual([])
  })

  test('go on where a page ended; what is no place begins at the beginning', async () => {
    expect((await list(everywhere, '', people.get('Ari') ?? '')).map(({ name }) => name)).toEqual([
      'Robin',
      'Alex',
    ])
    expect(await list(everywhere, '', 'none')).toHaveLength(4)
  })
})

describe('of somebody is told', () => {
  const add = async (
    name: string,
    facts: { groups?: string[]; proposedRoles?: string[] } = {},
  ): Promise<string> => {
    const { id } = await services.db.person.create({
      data: { id: newUuid(), email: `${name}@bank.test`, name, groups: [], proposedRoles: [], ...facts },
    })
    return id
  }
  const find = async (who: Actor, name: string) => (await list(who, name))[0]

  test('which roles the identity provider proposes that they do not hold', async () => {
    const proposedRoles = ['admin', 'reviewer', `auditor@${RETAIL}`, `auditor@${PRIVATE}`]
    const id = await add('Proposed', { proposedRoles })
    await services.db.roleHeld.create({ data: { personId: id, role: 'reviewer', projectId: RETAIL } })
    expect(await find(everywhere, 'Proposed')).toMatchObject({ proposedRoles })
    await services.db.roleHeld.create({ data: { personId: id, role: 'admin' } })
    expect(await find(everywhere, 'Proposed')).toMatchObject({ proposedRoles: proposedRoles.slice(1) })
    expect(await find(ofRetail, 'Proposed')).toMatchObject({
      proposedRoles: ['reviewer', `auditor@${RETAIL}`],
    })
  })

  test('where they are signed in, as far as that goes on', async () => {
    const personId = await add('Entered')
    const later = new Date(Date.now() + 3_600_000)
    const signIn = { personId, expiresAt: later, amr: [] }
    for (const change of [
      {},
      {},
      { endedAt: now },
      { lastActiveAt: new Date(Date.now() - 16 * 60_000) },
      { startedAt: new Date(Date.now() - 7_200_000), expiresAt: new Date(Date.now() - 1000) },
    ])
      await services.db.signIn.create({ data: { ...signIn, tokenHash: newUuid().repeat(2), ...change } })
    expect(await listSignInsOf(services, everywhere, personId)).toHaveLength(2)
  })

  test('of which groups they are; to who administers one project, those that hold something there', async () => {
    await add('Grouped', { groups: ['desk', 'elsewhere', 'idle'] })
    expect(await find(everywhere, 'Grouped')).toMatchObject({ groups: ['desk', 'elsewhere', 'idle'] })
    expect((await list(everywhere, 'idle')).map(({ name }) => name)).toEqual(['Grouped'])
    expect(await find(ofRetail, 'Grouped')).toBeUndefined()
    const times = { validFrom: now, validUntil: new Date(now.getTime() + 3_600_000), reason: 'for this test' }
    const grant = { ...times, rights: ['recording:find'] }
    await services.db.grant.create({ data: { ...grant, groupName: 'desk', projectId: RETAIL } })
    await services.db.grant.create({ data: { ...grant, groupName: 'elsewhere', projectId: PRIVATE } })
    expect(await find(ofRetail, 'Grouped')).toMatchObject({ groups: ['desk'], grants: [] })
    expect((await list(ofRetail, 'desk')).map(({ name }) => name)).toEqual(['Grouped'])
    expect(await list(ofRetail, 'elsewhere')).toEqual([])
    expect(await list(ofRetail, 'idle')).toEqual([])
  })

  test('that they have asked for something where one administers', async () => {
    const askedBy = await add('Asker')
    const request = { askedBy, rights: ['recording:find'], validUntil: now, reason: 'for this test' }
    await services.db.accessRequest.create({ data: { ...request, scope: 'project', projectId: PRIVATE } })
    expect(await find(ofRetail, 'Asker')).toBeUndefined()
    await services.db.accessRequest.create({ data: { ...request, scope: 'project', projectId: RETAIL } })
    expect(await find(ofRetail, 'Asker')).toMatchObject({ name: 'Asker', roles: [], grants: [] })
  })
})
