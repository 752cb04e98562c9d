import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMigratedDatabase, type TestDatabase } from '../../e2e/stack/test-database.ts'
import { openSession, type Session } from '../../prisma/test-log.ts'
import { openDatabase } from '../database.ts'
import { findClient } from '../http/client.ts'
import { markRequest } from '../http/front.ts'
import { newUuid } from '../uuid.ts'
import type { AuditActor, AuditEvent } from './event.ts'
import { recordEvent } from './record.ts'

let urls: TestDatabase
let db: ReturnType<typeof openDatabase>
let reader: Session

beforeAll(async () => {
  urls = await createMigratedDatabase()
  db = openDatabase(urls.applicationUrl)
  reader = await openSession(urls.applicationUrl)
})
afterAll(() => Promise.all([db.$disconnect(), reader.end()]))

const person: AuditActor = {
  ...{
    kind: 'person',
    issuer: 'https://login.bank.test',
    subject: 'robin',
    name: 'Robin',
    email: 'r@bank.test',
  },
  ...{ roles: ['reviewer'], signInId: newUuid(), signedInAt: new Date('2027-01-01T08:00:00Z') },
  ...{ acr: 'urn:two', amr: ['pwd', 'otp'] },
}

const record = async (event: Partial<AuditEvent>) => {
  const { id } = await recordEvent(db, {
    ...{ id: newUuid(), action: 'recording.viewed', outcome: 'allowed' },
    ...event,
  })
  return id
}

type Row = Record<string, unknown>
const rowOf = async (id: string): Promise<Row | undefined> => {
  const [row] = await reader.ask(
    'SELECT e.*, l.address, l.reason FROM audit.events e JOIN audit.log l USING (id) WHERE e.id = $1',
    [id],
  )
  return row
}

describe('an event', () => {
  test('comes back as it was said', async () => {
    const viewingId = newUuid()
    const id = await record({
      ...{
        action: 'viewing.opened',
        actor: person,
        viewingId,
        grantId: newUuid(),
        reasonCode: 'complaint',
      },
      client: { address: '192.0.2.7', userAgent: 'Mozilla', requestId: 'r-1' },
      target: { kind: 'archive', id: 'a' },
      ...{
        sessionId: '1_session',
        reason: 'The client complains',
        region: 'eu',
        certificateFingerprint: 'ab',
      },
    })
    expect(await rowOf(id)).toMatchObject({
      ...{ actor_kind: 'person', actor_issuer: 'https://login.bank.test', actor_subject: 'robin' },
      ...{ actor_roles: ['reviewer'], signed_in_at: new Date('2027-01-01T08:00:00Z'), amr: ['pwd', 'otp'] },
      ...{ request_id: 'r-1', target_kind: 'archive', target_id: 'a', session_id: '1_session', region: 'eu' },
      ...{ viewing_id: viewingId, reason: 'The client complains', address: '192.0.2.7', schema_version: 1 },
      ...{ application_version: '0.1.0', application_instance: expect.stringMatching(/^.+:\d+$/) },
    })
  })

  test('of a service names the service and no person', async () => {
    const id = await record({ actor: { kind: 'service', name: 'access apply' } })
    expect(await rowOf(id)).toMatchObject({
      ...{ actor_kind: 'service', actor_subject: 'access apply', actor_issuer: null, sign_in_id: null },
    })
  })

  test('of a window is slim: what does not change stands in its opening', async () => {
    const id = await record({
      ...{ action: 'viewing.window', viewingId: newUuid(), media: { from: 1.0005, to: 7.2 } },
      window: { start: 0, end: 4_194_304, bytes: 4_195_000 },
    })
    const row = await rowOf(id)
    expect(row).toMatchObject({ media_from_ms: 1001, media_to_ms: 7200, bytes: '4195000' })
    expect(row).toMatchObject({ actor_kind: null, application_version: null })
    const [size] = await reader.ask<{ bytes: number }>(
      'SELECT pg_column_size(e.*) AS bytes FROM audit.events e WHERE id = $1',
      [id],
    )
    expect(size?.bytes).toBeLessThan(160)
  })

  test('of progress keeps what the player claims apart, in whole milliseconds', async () => {
    const id = await record({
      action: 'viewing.progressed',
      claimed: [
        [0, 4.9999],
        [10.25, 11],
      ],
    })
    expect(await rowOf(id)).toMatchObject({ claimed_ms: [0, 5000, 10_250, 11_000], media_from_ms: null })
  })

  test('a claim beyond what the log can count is put down as the most it can', async () => {
    const id = await record({ action: 'viewing.closed', claimed: [[0, 9_000_000]] })
    expect(await rowOf(id)).toMatchObject({ claimed_ms: [0, 2_147_483_647] })
  })

  test('with text that Postgres cannot hold is written all the same', async () => {
    const id = await record({ reason: 'a\0b\uD800c', after: { text: '\0', size: 10n ** 20n } })
    expect(await rowOf(id)).toMatchObject({
      reason: 'a\uFFFDb\uFFFDc',
      after: { text: '\uFFFD', size: '100000000000000000000' },
    })
  })

  test('of an id that is there already is answered with its row', async () => {
    const event = { id: newUuid(), action: 'recording.viewed', outcome: 'allowed' } as const
    const first = await recordEvent(db, event)
    expect(await recordEvent(db, event)).toEqual(first)
  })

  test('is undone with the transaction it is part of, or there with it', async () => {
    const event = { id: newUuid(), action: 'role.changed', outcome: 'allowed' } as const
    const undone = db.$transaction(async (tx) => {
      await recordEvent(tx, event)
      throw new Error('not today')
    })
    await expect(undone).rejects.toThrow('not today')
    const count = () =>
      db.$queryRaw`SELECT count(*)::int AS rows FROM audit.events WHERE event_id = ${event.id}::uuid`
    expect(await count()).toEqual([{ rows: 0 }])
    await db.$transaction((tx) => recordEvent(tx, event))
    expect(await count()).toEqual([{ rows: 1 }])
  })
})

test('an event id is a UUIDv7 of this moment, and no two are alike', () => {
  const ids = Array.from({ length: 1000 }, newUuid)
  expect(new Set(ids).size).toBe(1000)
  for (const id of ids) {
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(Math.abs(Number.parseInt(id.slice(0, 13).replace('-', ''), 16) - Date.now())).toBeLessThan(5_000)
  }
})

describe('where somebody came from', () => {
  const recordFrom = async (forwarded: string, trustedProxies: number): Promise<unknown> => {
    const headers = {
      ...{ 'x-forwarded-for': forwarded, 'x-real-ip': '203.0.113.9', forwarded: 'for=203.0.113.9' },
      ...{ 'x-recordroom-address': '203.0.113.9', 'x-recordroom-request-id': 'forged' },
    }
    const request = { url: '/', headers, socket: { remoteAddress: '192.0.2.7' } }
    const requestId = markRequest(request, { origin: 'https://recordroom.bank.test', trustedProxies })
    const client = findClient(new Headers(Object.entries(request.headers)))
    const row = await rowOf(await record({ actor: person, client }))
    expect(row?.request_id).toBe(requestId)
    return row?.address
  }

  test.each<[string, string, number, string]>([
    ['with no proxy trusted, whatever it says', '203.0.113.1, 203.0.113.2', 0, '192.0.2.7'],
    ['past one trusted proxy', '203.0.113.1, 198.51.100.5', 1, '198.51.100.5'],
    ['past two trusted proxies', '203.0.113.1, 198.51.100.5, 198.51.100.6', 2, '198.51.100.5'],
  ])('is on record as the server knows it: %s', async (_, forwarded, trusted, address) => {
    expect(await recordFrom(forwarded, trusted)).toBe(address)
  })
})

describe('a log that cannot be written', () => {
  test('is audit-unavailable after three seconds', async () => {
    const owner = new pg.Client({ connectionString: urls.ownerUrl })
    await owner.connect()
    await owner.query('BEGIN; LOCK TABLE audit.events IN ACCESS EXCLUSIVE MODE')
    const began = performance.now()
    try {
      await expect(record({})).rejects.toMatchObject({ code: 'audit-unavailable', status: 503 })
    } finally {
      await owner.query('ROLLBACK')
      await owner.end()
    }
    const tookMs = performance.now() - began
    expect(tookMs).toBeGreaterThan(2_900)
    expect(tookMs).toBeLessThan(6_000)
  })

  test('is audit-unavailable when the database is gone, or takes the event for none', async () => {
    const gone = openDatabase('postgresql://nobody@127.0.0.1:1/none')
    const event = { id: newUuid(), action: 'recording.viewed', outcome: 'allowed' } as const
    await expect(recordEvent(gone, event)).rejects.toMatchObject({ code: 'audit-unavailable' })
    await gone.$disconnect()
    await expect(recordEvent(db, { ...event, archiveId: 'none' })).rejects.toMatchObject({
      code: 'audit-unavailable',
    })
  })
})
