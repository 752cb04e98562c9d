import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMigratedDatabase } from '../../e2e/stack/test-database.ts'
import type { Role } from '../access/permissions.ts'
import type { Actor } from '../auth/actor.ts'
import { createTestServices } from '../auth/test-services.ts'
import type { Services } from '../services.ts'
import { listProjects } from './list-projects.ts'

let services: Services
const [RETAIL, PRIVATE] = [randomUUID(), randomUUID()]
const FINGERPRINT = 'ab'.repeat(32)
const now = new Date('2027-01-31T12:00:00Z')

beforeAll(async () => {
  services = createTestServices((await createMigratedDatabase()).applicationUrl)
  const { db } = services
  await db.project.create({
    data: {
      ...{
        id: RETAIL,
        kind: 'opentok',
        recorderKey: '1',
        name: 'Retail',
        apiUrl: 'https://u:hidden@api.test',
      },
      ...{
        secrets: { apiSecret: { sealed: 'hidden' } },
        reasons: [{ code: 'a', label: 'A', caseRequired: true }],
        ...{ fourEyes: true, longestGrantDays: 30, playMaxAuthAgeSeconds: 600 },
      },
      ...{ readFailedAt: now, readFailureCode: 'recorder-clock-skew', clockSkewSeconds: 240 },
    },
  })
  await db.project.create({
    data: {
      ...{ id: PRIVATE, kind: 'vonage', recorderKey: '2', name: 'Private', apiUrl: 'https://api.test' },
      ...{ secrets: {}, reasons: [], recentReadAt: now },
    },
  })
  const target = { projectId: RETAIL, secrets: {} }
  await db.storageTarget.create({
    data: { ...target, position: 1, kind: 'azure', settings: { accountName: 'bank', container: 'old' } },
  })
  await db.storageTarget.create({
    data: {
      ...{ ...target, position: 0, kind: 's3', secrets: { secretAccessKey: { env: 'HIDDEN' } } },
      settings: { bucket: 'new', region: 'eu', endpoint: 'https://s3.test/?key=hidden' },
    },
  })
  await db.storageTarget.create({ data: { ...target, position: 2, kind: 's3', settings: {} } })
  await db.certificate.create({
    data: {
      ...{ projectId: RETAIL, position: 0, fingerprint: FINGERPRINT, pem: 'pem', secrets: {} },
      ...{ notBefore: new Date('2026-01-01'), notAfter: new Date('2027-01-30T00:00:00Z') },
    },
  })
  for (const [day, certificateFingerprint] of [
    ['2027-01-01', FINGERPRINT],
    ['2027-01-03', FINGERPRINT],
    ['2027-01-02', null],
  ] as const)
    await db.archive.create({
      data: {
        ...{ id: randomUUID(), projectId: RETAIL, sessionId: 's', status: 'uploaded', record: {} },
        ...{ createdAt: new Date(day), certificateFingerprint },
      },
    })
})
afterAll(async () => {
  await services.db.$disconnect()
  await services.outgoing.close()
})

const list = (roles: readonly Role[]) => {
  const actor: Actor = {
    ...{ personId: randomUUID(), issuer: 'i', subject: 's', email: null, name: null, roles, signInId: 'x' },
    ...{ signedInAt: now, expiresAt: now, authTime: null, acr: null, amr: [] },
    client: { address: null, userAgent: null, requestId: 'r' },
  }
  return listProjects(services, actor, { now })
}

test('a project is listed by name, with what its administrator must know', async () => {
  const [first, retail] = await list([{ role: 'admin', projectId: null }])
  expect(first).toMatchObject({
    name: 'Private',
    storage: [],
    certificates: [],
    archives: { count: 0, newestAt: null },
    ...{ fourEyes: false, longestGrantDays: 90, playMaxAuthAgeSeconds: null },
  })
  expect(first?.catalogue).toMatchObject({ recentReadAt: now, failure: null, clockSkewSeconds: null })
  expect(retail).toMatchObject({
    ...{
      id: RETAIL,
      name: 'Retail',
      apiUrl: 'https://api.test',
      reasons: [{ label: 'A', caseRequired: true }],
    },
    archives: { count: 3, newestAt: new Date('2027-01-03') },
    ...{ fourEyes: true, longestGrantDays: 30, playMaxAuthAgeSeconds: 600 },
    certificates: [{ fingerprint: FINGERPRINT, daysLeft: -2, openedCount: 2 }],
  })
  expect(retail?.catalogue).toMatchObject({
    failure: { at: now, code: 'recorder-clock-skew', detail: 'The recorder refuses the portal’s clock.' },
    clockSkewSeconds: 240,
  })
  expect(retail?.storage.map(({ id: _, ...rest }) => rest)).toEqual([
    { label: 's3://new', place: 'https://s3.test, eu', ownKeys: true },
    { label: 'azure://old', place: 'Azure account bank', ownKeys: false },
    { label: 's3', place: 'settings not readable', ownKeys: false },
  ])
})

test('nothing secret is in it, nor where a secret is', async () => {
  const cards = await list([{ role: 'admin', projectId: null }])
  expect(JSON.stringify(cards)).not.toMatch(/hidden/i)
})

test('an administrator of one project is shown that one; whoever else they are, nothing', async () => {
  expect((await list([{ role: 'admin', projectId: RETAIL }])).map(({ name }) => name)).toEqual(['Retail'])
  expect(await list([{ role: 'reviewer', projectId: null }])).toEqual([])
  expect(await list([{ role: 'auditor', projectId: null }])).toEqual([])
  expect(await list([])).toEqual([])
})
