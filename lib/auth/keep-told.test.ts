import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createMigratedDatabase } from '../../e2e/stack/test-database.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'
import { keepTold } from './keep-told.ts'
import type { ProposedRole } from './role-claim.ts'
import { createTestServices } from './test-services.ts'

let services: Services
let projectId: string
let personId: string

beforeAll(async () => {
  services = createTestServices((await createMigratedDatabase()).applicationUrl)
  projectId = newUuid()
  await services.db.project.create({
    data: {
      ...{ id: projectId, kind: 'opentok', recorderKey: '1', name: 'Retail EU', apiUrl: 'https://api.test' },
      ...{ secrets: {}, reasons: [] },
    },
  })
})
beforeEach(async () => {
  personId = newUuid()
  await services.db.person.create({
    data: { id: personId, issuer: 'https://id.test', subject: randomUUID() },
  })
})
afterAll(() => services.db.$disconnect())

const tell = (groups: readonly string[], proposed: readonly ProposedRole[] = []) =>
  services.db.$transaction((tx) => keepTold(tx, { personId, told: { groups, proposed }, client: null }))

const log = () => services.db.$queryRaw<{ action: string; before: unknown; after: unknown }[]>`
  SELECT action::text, before, after FROM audit.events WHERE target_id = ${personId} ORDER BY id`

const everywhere = (role: ProposedRole['role']): ProposedRole => ({ role, projects: null })

test('groups are kept, and put on record when they change and not again', async () => {
  await tell(['b', 'a'])
  await tell(['a', 'b'])
  await tell([])
  expect(await log()).toEqual([
    { action: 'groups.changed', before: { groups: [] }, after: { groups: ['a', 'b'] } },
    { action: 'groups.changed', before: { groups: ['a', 'b'] }, after: { groups: [] } },
  ])
  expect(await services.db.person.findUnique({ where: { id: personId } })).toMatchObject({ groups: [] })
})

test('proposed roles are kept and give nothing', async () => {
  await tell([], [everywhere('admin'), { role: 'reviewer', projects: ['Retail EU', 'No such project'] }])
  expect(await services.db.person.findUnique({ where: { id: personId } })).toMatchObject({
    proposedRoles: ['admin', `reviewer@${projectId}`],
  })
  expect(await services.db.roleHeld.count({ where: { personId } })).toBe(0)
})

test('proposals are on record when they change, as far as they are not held', async () => {
  await services.db.roleHeld.create({ data: { personId, role: 'reviewer' } })
  await tell([], [everywhere('reviewer'), { role: 'reviewer', projects: ['Retail EU'] }])
  expect(await log()).toEqual([])
  await tell([], [everywhere('reviewer'), everywhere('admin')])
  await tell([], [everywhere('admin'), everywhere('reviewer')])
  await tell([], [everywhere('reviewer')])
  expect(await log()).toMatchObject([{ action: 'role.proposed', after: { roles: ['admin'] } }])
})
