import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMigratedDatabase } from '../../../e2e/stack/test-database.ts'
import type { Actor } from '../../auth/actor.ts'
import { createTestServices } from '../../auth/test-services.ts'
import type { Services } from '../../services.ts'
import { newUuid } from '../../uuid.ts'
import type { Role } from '../permissions.ts'
import { listRecordings } from './list-recordings.ts'

let services: Services
const [RETAIL, PRIVATE] = [newUuid(), newUuid()]
const [FIRST, SECOND] = [randomUUID(), randomUUID()]
const now = new Date()

beforeAll(async () => {
  services = createTestServices((await createMigratedDatabase()).applicationUrl)
  const { db } = services
  const alex = await db.person.create({ data: { id: newUuid(), email: 'alex@bank.test', name: 'Alex' } })
  const project = { kind: 'opentok', apiUrl: 'https://api.test', secrets: {}, reasons: [] }
  await db.project.create({ data: { ...project, id: RETAIL, recorderKey: '1', name: 'Retail' } })
  await db.project.create({ data: { ...project, id: PRIVATE, recorderKey: '2', name: 'Private' } })
  const archive = { projectId: RETAIL, sessionId: '2_session', status: 'uploaded', record: {} }
  await db.archive.create({
    data: { ...archive, id: SECOND, createdAt: now, restrictedAt: now, restrictedBy: alex.id },
  })
  await db.archive.create({ data: { ...archive, id: FIRST, createdAt: new Date(now.getTime() - 60_000) } })
})
afterAll(async () => {
  await services.db.$disconnect()
  await services.outgoing.close()
})

const actor = (role: Role['role'], projectId: string | null): Actor => ({
  ...{
    personId: newUuid(),
    issuer: 'i',
    subject: 's',
    email: null,
    name: null,
    roles: [{ role, projectId }],
  },
  ...{ signedInAt: now, expiresAt: now, authTime: null, acr: null, amr: [], signInId: newUuid() },
  client: { address: null, userAgent: null, requestId: 'r' },
})

test('an administrator sees a session’s recordings, and which are restricted and by whom', async () => {
  for (const who of [actor('admin', null), actor('admin', RETAIL)]) {
    const [first, second] = await listRecordings(services, who, { sessionId: '2_session' })
    expect(first).toMatchObject({
      archiveId: FIRST,
      project: 'Retail',
      restrictedAt: null,
      restrictedBy: null,
    })
    expect(second).toMatchObject({ archiveId: SECOND, restrictedAt: now, restrictedBy: 'Alex' })
    expect(await listRecordings(services, who, { archiveId: SECOND })).toEqual([second])
  }
})

test('nobody else sees any, and nothing is what cannot be an ID', async () => {
  for (const who of [actor('admin', PRIVATE), actor('reviewer', null), actor('auditor', null)])
    expect(await listRecordings(services, who, { sessionId: '2_session' })).toEqual([])
  const admin = actor('admin', null)
  expect(await listRecordings(services, admin, { archiveId: 'nothing' })).toEqual([])
  expect(await listRecordings(services, admin, { sessionId: '2_\0' })).toEqual([])
})
