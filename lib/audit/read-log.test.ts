import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMigratedDatabase, type TestDatabase } from '../../e2e/stack/test-database.ts'
import { openSession } from '../../prisma/test-log.ts'
import type { Role } from '../access/permissions.ts'
import type { Actor } from '../auth/actor.ts'
import { createTestServices } from '../auth/test-services.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'
import { parseLogQuery } from './log-query.ts'
import { readLog } from './read-log.ts'
import { recordEvent } from './record.ts'

let urls: TestDatabase
let services: Services
const [RETAIL, PRIVATE] = [newUuid(), newUuid()]
const [VIEWING, OTHER_VIEWING] = [newUuid(), newUuid()]
const ARCHIVE = newUuid()

beforeAll(async () => {
  urls = await createMigratedDatabase()
  services = createTestServices(urls.applicationUrl)
  for (const [viewingId, projectId] of [
    [VIEWING, RETAIL],
    [OTHER_VIEWING, PRIVATE],
  ] as const) {
    const opened = { action: 'viewing.opened', outcome: 'allowed', viewingId, projectId } as const
    await recordEvent(services.db, { id: newUuid(), archiveId: ARCHIVE, ...opened })
    const window = { action: 'viewing.window', outcome: 'allowed', viewingId } as const
    for (let part = 0; part < 3; part += 1) await recordEvent(services.db, { id: newUuid(), ...window })
  }
})
afterAll(async () => {
  await services.db.$disconnect()
  await services.outgoing.close()
})

const actor = (roles: readonly Role[]): Actor => ({
  ...{ personId: newUuid(), issuer: 'https://login.bank.test', subject: 'ari', email: 'ari@bank.test' },
  ...{ name: 'Ari', roles, signInId: newUuid(), signedInAt: new Date(), expiresAt: new Date() },
  ...{ authTime: null, acr: null, amr: [] },
  client: { address: '192.0.2.9', userAgent: 'test', requestId: 'r-9' },
})
const everywhere = actor([{ role: 'auditor', projectId: null }])
const ofRetail = actor([{ role: 'auditor', projectId: RETAIL }])

type Line = { action: string; subject: string | null; target: string; after: unknown; archive: string | null }
const lastSearch = async (): Promise<Line | undefined> => {
  const [row] = await services.db.$queryRaw<Line[]>`
    SELECT action::text, actor_subject AS subject, target_kind || ' ' || target_id AS target, after,
      archive_id::text AS archive
    FROM audit.events WHERE action = 'log.searched' ORDER BY id DESC LIMIT 1`
  return row
}
const countRows = async (): Promise<number> => {
  const [row] = await services.db.$queryRaw<{ rows: number }[]>`
    SELECT count(*)::int AS rows FROM audit.events`
  return row?.rows ?? 0
}

describe('reading the log', () => {
  test('is on record before it is read: the reader finds it on top', async () => {
    const { events } = await readLog(services, everywhere, parseLogQuery({}))
    expect(events.map(({ action }) => action)).toEqual(['log.searched', 'viewing.opened', 'viewing.opened'])
    expect(events[0]).toMatchObject({
      ...{ actorSubject: 'ari', actorEmail: 'ari@bank.test', address: '192.0.2.9', requestId: 'r-9' },
      ...{ actorRoles: ['auditor'], outcome: 'allowed', targetKind: 'log', targetId: 'all' },
    })
  })

  test('says what was looked for, and of a name only how long it is', async () => {
    const given = { session: ARCHIVE, person: 'Robin Reviewer', action: 'viewing.opened' }
    await readLog(services, everywhere, parseLogQuery(given))
    expect(await lastSearch()).toEqual({
      ...{ action: 'log.searched', subject: 'ari', target: 'log all', archive: ARCHIVE },
      after: { action: 'viewing.opened', personLength: 14 },
    })
    await readLog(
      services,
      everywhere,
      parseLogQuery({ case: 'C-7', address: '192.0.2.1', role: 'admin', from: '2026-11-24' }),
    )
    expect(await lastSearch()).toMatchObject({
      after: { caseLength: 3, addressLength: 9, role: 'admin', from: '2026-11-24T00:00:00.000Z' },
    })
    await readLog(services, everywhere, parseLogQuery({ viewing: VIEWING }))
    expect(await lastSearch()).toMatchObject({ target: `log ${VIEWING}`, after: { viewingId: VIEWING } })
    await readLog(services, everywhere, parseLogQuery({ unfold: VIEWING }))
    expect(await lastSearch()).toMatchObject({ target: `log ${VIEWING}` })
  })

  test('for what cannot be read looks for nothing and puts nothing on record', async () => {
    const before = await countRows()
    const query = parseLogQuery({ viewing: 'none' })
    expect(await readLog(services, everywhere, query)).toEqual({
      ...{ events: [], next: null, unfolded: null, origins: {} },
      faults: ['This is not the ID of a viewing.'],
    })
    expect(await countRows()).toBe(before)
  })

  test('is refused when it cannot be put on record', async () => {
    const owner = await openSession(urls.ownerUrl)
    await owner.ask('REVOKE EXECUTE ON FUNCTION audit.append_audit_event(jsonb) FROM recordroom')
    try {
      await expect(readLog(services, everywhere, parseLogQuery({}))).rejects.toMatchObject({
        code: 'audit-unavailable',
      })
    } finally {
      await owner.ask('GRANT EXECUTE ON FUNCTION audit.append_audit_event(jsonb) TO recordroom')
      await owner.end()
    }
  })
})

describe('an auditor of one project', () => {
  test('reads what is of it, and not even their own reading', async () => {
    const { events } = await readLog(services, ofRetail, parseLogQuery({}))
    expect(events.map(({ viewingId }) => viewingId)).toEqual([VIEWING])
    expect(await lastSearch()).toMatchObject({ subject: 'ari' })
  })

  test('unfolds no viewing of another', async () => {
    const own = await readLog(services, ofRetail, parseLogQuery({ unfold: VIEWING }))
    expect(own.unfolded?.events.map(({ action }) => action)).toEqual([
      ...['viewing.opened', 'viewing.window', 'viewing.window', 'viewing.window'],
    ])
    const other = await readLog(services, ofRetail, parseLogQuery({ unfold: OTHER_VIEWING }))
    expect(other.unfolded).toEqual({ viewingId: OTHER_VIEWING, events: [], isCut: false })
    expect((await readLog(services, ofRetail, parseLogQuery({ viewing: OTHER_VIEWING }))).events).toEqual([])
  })
})

test('who is no auditor is shown nothing, whatever else they are', async () => {
  const admin = actor([
    { role: 'admin', projectId: null },
    { role: 'reviewer', projectId: null },
  ])
  expect((await readLog(services, admin, parseLogQuery({}))).events).toEqual([])
})

test('one viewing is shown whole, from its opening on', async () => {
  const { events, next } = await readLog(services, everywhere, parseLogQuery({ viewing: VIEWING }))
  expect(events.map(({ action }) => action)).toEqual([
    ...['viewing.opened', 'viewing.window', 'viewing.window', 'viewing.window'],
  ])
  expect(next).toBeNull()
})

test('a page has fifty lines, and the next goes on from there', async () => {
  const project = newUuid()
  const ofProject = actor([{ role: 'auditor', projectId: project }])
  for (let row = 0; row < 60; row += 1)
    await recordEvent(services.db, {
      ...{ id: newUuid(), action: 'recording.viewed', outcome: 'allowed', projectId: project },
    })
  const first = await readLog(services, ofProject, parseLogQuery({}))
  const second = await readLog(services, ofProject, parseLogQuery({ after: first.next ?? '' }))
  expect([first.events.length, second.events.length, second.next]).toEqual([50, 10, null])
  expect(new Set([...first.events, ...second.events].map(({ id }) => id)).size).toBe(60)
})
