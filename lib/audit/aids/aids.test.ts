import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMigratedDatabase } from '../../../e2e/stack/test-database.ts'
import type { Role } from '../../access/permissions.ts'
import type { Actor } from '../../auth/actor.ts'
import { createTestServices } from '../../auth/test-services.ts'
import type { Services } from '../../services.ts'
import { newUuid } from '../../uuid.ts'
import type { AuditActor, AuditEvent } from '../event.ts'
import { recordEvent } from '../record.ts'
import { addProjects } from '../test-projects.ts'
import { findReviews } from './find-reviews.ts'
import { markReviewed } from './mark-reviewed.ts'
import { parseFilterBody } from './parse-filter-body.ts'
import { readDay } from './read-day.ts'
import { readSeen } from './read-seen.ts'
import { listSavedFilters, removeFilter, saveFilter } from './saved-filters.ts'
import { parseDaySummary, setDaySummary } from './set-day-summary.ts'
import { summariseDay } from './summarise-day.ts'

let services: Services
const [RETAIL, PRIVATE] = [newUuid(), newUuid()]
const ISSUER = 'https://login.bank.test'
const client = { address: '192.0.2.9', userAgent: 'test', requestId: 'r-9' }

const makeActor = async (subject: string, roles: readonly Role[]): Promise<Actor> => {
  const { id: personId } = await services.db.person.create({
    data: {
      ...{ issuer: ISSUER, subject, email: `${subject}@bank.test`, name: subject },
      roles: { create: roles.map(({ role, projectId }) => ({ role, projectId })) },
    },
  })
  return {
    ...{ personId, issuer: ISSUER, subject, email: `${subject}@bank.test`, name: subject, roles, client },
    ...{
      signInId: newUuid(),
      signedInAt: new Date(),
      expiresAt: new Date(),
      authTime: null,
      acr: null,
      amr: [],
    },
  }
}

let whole: Actor
let ofRetail: Actor
let ofPrivate: Actor
let manager: Actor

beforeAll(async () => {
  services = createTestServices((await createMigratedDatabase()).applicationUrl)
  await addProjects(services.db, { [RETAIL]: 'Retail', [PRIVATE]: 'Private' })
  whole = await makeActor('ari', [{ role: 'auditor', projectId: null }])
  ofRetail = await makeActor('rae', [{ role: 'auditor', projectId: RETAIL }])
  ofPrivate = await makeActor('pia', [{ role: 'auditor', projectId: PRIVATE }])
  manager = await makeActor('max', [{ role: 'admin', projectId: RETAIL }])
})
afterAll(async () => {
  await services.db.$disconnect()
  await services.outgoing.close()
})

const lastOf = async (action: string) => {
  const [row] = await services.db.$queryRaw<Record<string, unknown>[]>`
    SELECT outcome::text, code, actor_subject AS subject, project_name AS project, before, after
    FROM audit.events WHERE action = ${action}::audit.action ORDER BY id DESC LIMIT 1`
  return row
}

describe('a saved filter', () => {
  test('is its owner’s alone, one of a name, and goes when it is removed', async () => {
    const wanted = parseFilterBody({ name: ' Refusals ', parameters: { outcome: 'refused', person: ' ' } })
    expect(wanted).toEqual({ name: 'Refusals', parameters: { outcome: 'refused' } })
    await saveFilter(services, whole, wanted)
    const later = { name: 'Refusals', parameters: { outcome: 'failed', case: 'C-7' } }
    const { filterId } = await saveFilter(services, whole, later)
    expect(await listSavedFilters(services.db, whole.personId)).toEqual([{ filterId, ...later }])
    expect(await listSavedFilters(services.db, ofRetail.personId)).toEqual([])
    expect(await lastOf('filter.changed')).toMatchObject({
      ...{ outcome: 'allowed', subject: 'ari', after: { saved: true, by: ['outcome', 'case'] } },
    })
    await removeFilter(services, ofRetail, filterId)
    expect(await listSavedFilters(services.db, whole.personId)).toHaveLength(1)
    await removeFilter(services, whole, filterId)
    await removeFilter(services, whole, filterId)
    expect(await listSavedFilters(services.db, whole.personId)).toEqual([])
  })

  test.each([
    { name: '', parameters: { outcome: 'refused' } },
    { name: 'x', parameters: {} },
    { name: 'x', parameters: { outcome: 'maybe' } },
    { name: 'x', parameters: { from: '2026-02-30' } },
    { name: 'x', parameters: { who: 'anna' } },
    { name: 'x', parameters: { after: '1' } },
    { name: 'x', parameters: { person: 'a'.repeat(10_000) } },
    { name: 'x'.repeat(10_000), parameters: { outcome: 'refused' } },
    { name: 'a\nb', parameters: { outcome: 'refused' } },
    { name: 'x', parameters: { outcome: 'refused' }, more: 1 },
    [],
  ])('such as %j is none', (body) => {
    expect(() => parseFilterBody(body)).toThrow(/request-invalid/)
  })

  test('is kept without what Postgres cannot keep', async () => {
    const body = { name: 'odd \ud800', parameters: { person: 'no\u0000body \ud800', reason: '\u0000' } }
    const { filterId } = await saveFilter(services, whole, parseFilterBody(body))
    const kept = { filterId, name: 'odd \uFFFD', parameters: { person: 'nobody \uFFFD' } }
    expect(await listSavedFilters(services.db, whole.personId)).toEqual([kept])
    await removeFilter(services, whole, filterId)
  })

  test('is for whoever may read the log, and a refusal is on record', async () => {
    const wanted = { name: 'x', parameters: { outcome: 'refused' } }
    await expect(saveFilter(services, manager, wanted)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await lastOf('filter.changed')).toMatchObject({
      outcome: 'refused',
      code: 'forbidden',
      subject: 'max',
    })
  })
})

describe('that the log was reviewed', () => {
  test('is kept, with its projects, for those whom it concerns', async () => {
    const upTo = new Date(Date.now() - 60_000)
    await markReviewed(services, ofRetail, { upTo })
    expect(await lastOf('log.reviewed')).toMatchObject({
      ...{ outcome: 'allowed', subject: 'rae', project: 'Retail' },
      after: { upTo: upTo.toISOString(), projects: 1 },
    })
    expect(await findReviews(services.db, [PRIVATE], 5)).toEqual([])
    await markReviewed(services, whole, { upTo })
    expect(await lastOf('log.reviewed')).toMatchObject({ project: null, after: { projects: 'all' } })
    const ofAll = { upTo, name: 'ari', email: 'ari@bank.test', projects: 'all', reviewedAt: expect.any(Date) }
    const ofSome = { ...ofAll, name: 'rae', email: 'rae@bank.test', projects: ['Retail'] }
    expect(await findReviews(services.db, 'all', 5)).toEqual([ofAll, ofSome])
    expect(await findReviews(services.db, [RETAIL], 5)).toEqual([ofAll, ofSome])
    expect(await findReviews(services.db, [PRIVATE], 5)).toEqual([ofAll])
    expect(await findReviews(services.db, 'all', 1)).toEqual([ofAll])
  })

  test('cannot be said of what is to come, nor by whoever does not read it', async () => {
    const upTo = new Date(Date.now() + 3_600_000)
    await expect(markReviewed(services, whole, { upTo })).rejects.toMatchObject({ code: 'request-invalid' })
    await expect(markReviewed(services, manager, { upTo: new Date(0) })).rejects.toMatchObject({
      code: 'forbidden',
    })
    expect(await lastOf('log.reviewed')).toMatchObject({
      outcome: 'refused',
      code: 'forbidden',
      subject: 'max',
    })
  })
})

describe('a day', () => {
  const person = (subject: string): AuditActor => ({
    ...{ kind: 'person', issuer: ISSUER, subject, name: subject, email: null, roles: ['reviewer'] },
    ...{ signInId: newUuid(), signedInAt: new Date(), acr: null, amr: [] },
  })
  const record = (event: Omit<AuditEvent, 'id' | 'outcome'> & Partial<Pick<AuditEvent, 'outcome'>>) =>
    recordEvent(services.db, { id: newUuid(), outcome: 'allowed', ...event })
  const open = (subject: string, projectId: string, archiveId: string, caseReference?: string) =>
    record({
      ...{ action: 'viewing.opened', viewingId: newUuid(), archiveId, projectId, actor: person(subject) },
      ...(caseReference && { caseReference }),
    })
  const SEEN = newUuid()
  const day = { from: new Date(Date.now() - 3_600_000), to: new Date(Date.now() + 3_600_000), zone: 'UTC' }
  const summed = async (scope: 'all' | string[], bulkAbove = 2) =>
    summariseDay(services.db, { day, scope, bulkAbove })

  beforeAll(async () => {
    await open('rae', RETAIL, SEEN, 'C-1')
    await open('rae', RETAIL, SEEN)
    await open('max', RETAIL, SEEN, 'C-1')
    for (let n = 0; n < 3; n += 1) await open('pia', PRIVATE, newUuid(), 'C-2')
    await record({ action: 'viewing.refused', outcome: 'refused', projectId: RETAIL, actor: person('pia') })
    await record({ action: 'download.opened', archiveId: SEEN, projectId: RETAIL, actor: person('rae') })
  })

  test('is summed up by project, with links to the rows of a figure', async () => {
    const { projects, leftOut } = await summed('all')
    const within = { project: 'Private', from: day.from.toISOString(), to: day.to.toISOString() }
    expect(projects).toMatchObject([
      {
        ...{ project: 'Private', plays: 3, withoutCase: 0, refusals: { count: 0 } },
        bulk: [{ subject: 'pia', name: 'pia', recordings: 3, parameters: { ...within, person: 'pia' } }],
      },
      {
        ...{ project: 'Retail', plays: 4, withoutCase: 2, bulk: [] },
        refusals: { count: 1, parameters: { ...within, project: 'Retail', outcome: 'refused' } },
      },
    ])
    expect(leftOut).toEqual([])
    expect((await summed([RETAIL])).projects.map(({ project }) => project)).toEqual(['Retail'])
    expect((await summed([])).projects).toEqual([])
  })

  test('is not, where a project has it switched off, which is on record', async () => {
    const { from, to } = { from: '00:00', to: '24:00' }
    const officeHours = { days: [1, 2, 3, 4, 5, 6, 7], from, to, zone: 'Europe/Berlin' }
    await setDaySummary(services, manager, { projectId: RETAIL, summed: true, officeHours })
    expect((await summed([RETAIL])).projects[0]).toMatchObject({ outsideHours: 0, officeHours })
    await setDaySummary(services, manager, { projectId: RETAIL, ...parseDaySummary({ summed: false }) })
    expect(await lastOf('project.changed')).toMatchObject({
      ...{ outcome: 'allowed', subject: 'max', project: 'Retail', before: { daySummary: true, officeHours } },
      after: { daySummary: false, officeHours },
    })
    const { projects, leftOut } = await summed('all')
    expect([projects.map(({ project }) => project), leftOut]).toEqual([['Private'], ['Retail']])
  })

  test('is switched by whoever manages the project, and no other', async () => {
    for (const [actor, projectId] of [
      [manager, PRIVATE],
      [whole, RETAIL],
      [manager, newUuid()],
      [manager, 'none'],
    ] as const)
      await expect(setDaySummary(services, actor, { projectId, summed: true })).rejects.toMatchObject({
        code: 'forbidden',
      })
    expect(await lastOf('project.changed')).toMatchObject({ outcome: 'refused', code: 'forbidden' })
    for (const body of [{}, { summed: 'no' }, { summed: true, more: 1 }, { summed: true, officeHours: {} }])
      expect(() => parseDaySummary(body)).toThrow(/request-invalid/)
  })

  test('is read on record, for a day that there is', async () => {
    const today = new Date().toISOString().slice(0, 10)
    expect((await readDay(services, ofPrivate, { day: today, zone: 'UTC' })).projects).toHaveLength(1)
    expect(await lastOf('log.searched')).toMatchObject({
      ...{ subject: 'pia', after: { from: `${today}T00:00:00.000Z` } },
    })
    await expect(readDay(services, whole, { day: '2026-02-30', zone: 'UTC' })).rejects.toMatchObject({
      code: 'request-invalid',
    })
  })

  test('or not, a recording’s viewers are known by name to its auditors, and counted for others', async () => {
    const recording = { archiveId: SEEN, projectId: RETAIL }
    const { by, ...counts } = await readSeen(services, ofRetail, recording)
    expect(counts).toEqual({
      ...{ people: 2, plays: 3, downloads: 1 },
      ...{ firstAt: expect.any(Date), lastAt: expect.any(Date) },
    })
    expect(by).toMatchObject([
      { subject: 'rae', plays: 2, downloads: 1, parameters: { archive: SEEN, person: 'rae' } },
      { subject: 'max', name: 'max', plays: 1, downloads: 0 },
    ])
    for (const actor of [ofPrivate, manager])
      expect(await readSeen(services, actor, recording)).toEqual({ ...counts, by: null })
    const unseen = await readSeen(services, whole, { archiveId: newUuid(), projectId: RETAIL })
    expect(unseen).toEqual({ people: 0, plays: 0, downloads: 0, firstAt: null, lastAt: null, by: [] })
  })
})
