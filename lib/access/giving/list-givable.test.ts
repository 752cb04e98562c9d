import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMigratedDatabase } from '../../../e2e/stack/test-database.ts'
import type { Actor } from '../../auth/actor.ts'
import { createTestServices } from '../../auth/test-services.ts'
import type { Services } from '../../services.ts'
import { newUuid } from '../../uuid.ts'
import type { Role } from '../permissions.ts'
import { listGivable } from './list-givable.ts'

let services: Services
const [RETAIL, PRIVATE] = [newUuid(), newUuid()]
const now = new Date()

beforeAll(async () => {
  services = createTestServices((await createMigratedDatabase()).applicationUrl)
  const project = { kind: 'opentok', apiUrl: 'https://api.test', secrets: {}, reasons: [] }
  await services.db.project.create({
    data: { ...project, id: RETAIL, recorderKey: '1', name: 'Retail', region: 'eu', unit: 'retail' },
  })
  await services.db.project.create({
    data: {
      ...project,
      id: PRIVATE,
      recorderKey: '2',
      name: 'Private',
      longestGrantDays: 14,
      fourEyes: true,
    },
  })
})
afterAll(async () => {
  await services.db.$disconnect()
  await services.outgoing.close()
})

const actor = (roles: readonly Role[]): Actor => ({
  ...{ personId: newUuid(), issuer: 'i', subject: 's', email: null, name: null, roles, signInId: newUuid() },
  ...{ signedInAt: now, expiresAt: now, authTime: null, acr: null, amr: [] },
  client: { address: null, userAgent: null, requestId: 'r' },
})

test('an administrator of all projects gives over each, and over regions and units', async () => {
  expect(await listGivable(services, actor([{ role: 'admin', projectId: null }]))).toEqual({
    projects: [
      { id: PRIVATE, name: 'Private', region: null, unit: null, longestGrantDays: 14, fourEyes: true },
      { id: RETAIL, name: 'Retail', region: 'eu', unit: 'retail', longestGrantDays: 90, fourEyes: false },
    ],
    isWide: true,
  })
})

test('an administrator of listed projects over those alone', async () => {
  const { projects, isWide } = await listGivable(services, actor([{ role: 'admin', projectId: RETAIL }]))
  expect([projects.map(({ name }) => name), isWide]).toEqual([['Retail'], false])
})

test('nobody else over anything', async () => {
  const roles: readonly Role[] = [
    { role: 'reviewer', projectId: null },
    { role: 'auditor', projectId: null },
  ]
  expect(await listGivable(services, actor(roles))).toEqual({ projects: [], isWide: false })
})
