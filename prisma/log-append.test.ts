import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMigratedDatabase, type TestDatabase } from '../e2e/stack/test-database.ts'
import { AUDIT_ACTIONS } from '../lib/audit/event.ts'
import { append, eventIdAt, openSession, renderEvent, type Session } from './test-log.ts'
import { eraseValues } from './test-retention.ts'

let urls: TestDatabase
let application: Session
let owner: Session

beforeAll(async () => {
  urls = await createMigratedDatabase()
  application = await openSession(urls.applicationUrl)
  owner = await openSession(urls.ownerUrl)
})
afterAll(() => Promise.all([application.end(), owner.end()]))

const APPEND = 'SELECT id, at FROM audit.append_audit_event($1::jsonb)'
const refusalOf = (event: Record<string, unknown>) =>
  application.refusal(APPEND, [JSON.stringify(renderEvent(event))])

describe('a row', () => {
  test('has the database’s time, transaction and role, whatever the writer would like', async () => {
    for (const forged of [
      { at: '2020-01-01T00:00:00Z' },
      { tx: '1' },
      { writer: 'somebody' },
      { id: 1 },
      { actor_email_hash: '\\x00' },
    ])
      expect(await refusalOf(forged)).toBe('22023 the event holds something the log has no place for')

    const [clock] = await owner.ask<{ now: Date }>('SELECT clock_timestamp() AS now')
    await application.ask('BEGIN')
    const [own] = await application.ask<{ tx: string }>('SELECT pg_current_xact_id()::text AS tx')
    const { id } = await append(application, {})
    await application.ask('COMMIT')
    const [row] = await application.ask<{ at: Date; tx: string; writer: string }>(
      'SELECT at, tx::text, writer FROM audit.events WHERE id = $1',
      [id],
    )
    expect(row).toMatchObject({ tx: own?.tx, writer: 'recordroom' })
    const ageMs = (row?.at.getTime() ?? 0) - (clock?.now.getTime() ?? 0)
    expect(ageMs).toBeGreaterThanOrEqual(0)
    expect(ageMs).toBeLessThan(5_000)
  })

  test('has the time it was written at, not the one its transaction began at', async () => {
    await application.ask('BEGIN')
    const [begun] = await application.ask<{ at: Date }>('SELECT now() AS at FROM pg_sleep(0.05)')
    const { at } = await append(application, {})
    await application.ask('COMMIT')
    expect(at.getTime()).toBeGreaterThanOrEqual((begun?.at.getTime() ?? 0) + 50)
  })

  test('is not led astray by what the writer puts in front of the names it uses', async () => {
    const session = await openSession(urls.applicationUrl)
    await session.ask(`
      SET search_path = pg_temp, public;
      CREATE FUNCTION pg_temp.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS $$SELECT timestamptz '2020-01-01'$$;
      CREATE FUNCTION pg_temp.nextval(text) RETURNS bigint LANGUAGE sql AS $$SELECT 1::bigint$$;
      CREATE FUNCTION pg_temp.sha256(bytea) RETURNS bytea LANGUAGE sql AS $$SELECT '\\x00'::bytea$$;
      CREATE FUNCTION pg_temp.num_nonnulls(VARIADIC text[]) RETURNS integer LANGUAGE sql AS $$SELECT 0$$;
      CREATE TEMP TABLE events (id bigint); CREATE TEMP TABLE audit_content (event_id uuid);
      SET TIME ZONE 'Pacific/Kiritimati'; SET IntervalStyle = 'sql_standard'; SET bytea_output = 'escape'`)
    const { id, at } = await append(session, { reason: 'as it is' })
    await session.end()
    expect(Math.abs(at.getTime() - Date.now())).toBeLessThan(5_000)
    const [row] = await application.ask<{ reason: string; bytes: number }>(
      'SELECT l.reason, length(e.reason_hash) AS bytes FROM audit.log l JOIN audit.events e USING (id) WHERE id = $1',
      [id],
    )
    expect(row).toEqual({ reason: 'as it is', bytes: 32 })
  })

  test('names a role of its own also when the function is called by one that was given the role’s rights', async () => {
    const { id } = await append(owner, {})
    expect(await application.ask('SELECT writer FROM audit.events WHERE id = $1', [id])).toEqual([
      { writer: 'recordroom_owner' },
    ])
  })

  test('is not there when its transaction is undone', async () => {
    await application.ask('BEGIN')
    const { id } = await append(application, {})
    await application.ask('ROLLBACK')
    expect(await application.ask('SELECT FROM audit.events WHERE id = $1', [id])).toEqual([])
  })
})

describe('an event is refused', () => {
  test.each<[string, Record<string, unknown>, RegExp]>([
    ['of an unknown action', { action: 'log.emptied' }, /^22P02 invalid input value for enum audit.action/],
    ['of no action', { action: null }, /^23502/],
    ['of an unknown outcome', { outcome: 'maybe' }, /^22P02 invalid input value for enum audit.outcome/],
    ['of no outcome', { outcome: null }, /^23502/],
    ['without an id', { event_id: null }, /^23502/],
    ['with an id that is none', { event_id: 'one' }, /^22P02/],
    ['with a field the log does not have', { media_url: 'https://…' }, /^22023 the event holds something/],
    ['with a window that runs backwards', { window_start: 2, window_end: 1, bytes: 1 }, /^23514/],
  ])('%s', async (_, event, refusal) => expect(await refusalOf(event)).toMatch(refusal))

  test('that is no object', async () => {
    for (const event of ['[]', '1', '"x"', 'null'])
      expect(await application.refusal(APPEND, [event]), event).not.toBeNull()
  })
})

describe('a repeated event id', () => {
  const startOfMonth = (): number => {
    const now = new Date()
    return Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1)
  }
  const row = (id: string) => application.ask('SELECT action, code FROM audit.events WHERE id = $1', [id])

  test('answers the row already there, whatever else is said', async () => {
    const event = renderEvent({ code: 'first' })
    const first = await append(application, event)
    expect(await append(application, event)).toEqual(first)
    expect(await append(application, { ...event, action: 'server.stopped', code: 'second' })).toEqual(first)
    expect(await row(first.id)).toEqual([{ action: 'server.started', code: 'first' }])
  })

  test.each([
    ['of this month', () => eventIdAt(new Date())],
    ['of the end of last month', () => eventIdAt(new Date(startOfMonth() - 1))],
    ['of another month', () => eventIdAt(new Date(Date.now() - 100 * 86_400_000))],
    ['that tells no time', () => crypto.randomUUID()],
  ])('%s, by eight writers at once, makes one row', async (_, makeId) => {
    const event = renderEvent({ event_id: makeId(), reason: 'once' })
    const sessions = await Promise.all(Array.from({ length: 8 }, () => openSession(urls.applicationUrl)))
    const rows = await Promise.all(sessions.map((session) => append(session, event)))
    await Promise.all(sessions.map((session) => session.end()))
    expect(new Set(rows.map(({ id }) => id)).size).toBe(1)
    const [count] = await application.ask<{ rows: string }>(
      'SELECT count(*)::text AS rows FROM audit.events WHERE event_id = $1',
      [event.event_id],
    )
    expect(count?.rows).toBe('1')
  })

  test('of a transaction that was undone is free again', async () => {
    const event = renderEvent({ reason: 'tried twice' })
    await application.ask('BEGIN')
    await append(application, event)
    await application.ask('ROLLBACK')
    const { id } = await append(application, event)
    expect(await row(id)).toHaveLength(1)
  })
})

describe('personal values', () => {
  const PERSONAL = ['actor_name', 'actor_email', 'address', 'user_agent', 'reason', 'case_reference'] as const
  const said: Record<(typeof PERSONAL)[number], string> = {
    actor_name: 'Zoë Łukasz',
    actor_email: 'zoe@bank.test',
    address: '2001:db8::1',
    user_agent: 'Mozilla/5.0 “test”',
    reason: 'Complaint № 7 — 😀 \n second line',
    case_reference: '',
  }

  test('stand in the row as SHA-256 of salt and value, and beside it with their salts', async () => {
    const event = renderEvent(said)
    await append(application, event)
    const [row] = await application.ask<Record<string, Buffer>>(
      'SELECT * FROM audit.events WHERE event_id = $1',
      [event.event_id],
    )
    const [content] = await application.ask<Record<string, Buffer | string>>(
      'SELECT * FROM audit.audit_content WHERE event_id = $1',
      [event.event_id],
    )
    const salts = new Set<string>()
    for (const name of PERSONAL) {
      const salt = Buffer.from(content?.[`${name}_salt`] ?? '')
      salts.add(salt.toString('hex'))
      expect(salt).toHaveLength(16)
      expect(content?.[name]).toBe(said[name])
      const hash = createHash('sha256').update(salt).update(said[name], 'utf8').digest()
      expect(row?.[`${name}_hash`]?.equals(hash), name).toBe(true)
    }
    expect(salts.size).toBe(PERSONAL.length)
    const inRow = JSON.stringify(row)
    for (const value of [said.actor_name, said.actor_email, said.address, said.user_agent])
      expect(inRow).not.toContain(value)
  })

  test('have a salt of their own in each row', async () => {
    const ids = [renderEvent(said), renderEvent(said)].map(async (event) => {
      await append(application, event)
      return event.event_id
    })
    const [counts] = await application.ask<{ salts: string; hashes: string }>(
      `SELECT count(DISTINCT reason_salt)::text AS salts, count(DISTINCT reason_hash)::text AS hashes
       FROM audit.audit_content JOIN audit.events USING (event_id) WHERE event_id = ANY($1)`,
      [await Promise.all(ids)],
    )
    expect(counts).toEqual({ salts: '2', hashes: '2' })
  })

  test('that were not said leave nothing behind', async () => {
    const event = renderEvent({ actor_kind: 'service', actor_subject: 'worker' })
    await append(application, event)
    expect(
      await application.ask('SELECT FROM audit.audit_content WHERE event_id = $1', [event.event_id]),
    ).toEqual([])
  })

  test('can be erased: the row stands with its hashes, and the view says “erased”', async () => {
    const event = renderEvent({ ...said, case_reference: 'C-7', actor_kind: 'person', actor_subject: 's' })
    const { id } = await append(application, event)
    await eraseValues(owner, String(event.event_id))
    expect(
      await application.ask(
        'SELECT actor_email, actor_subject, reason, case_reference, address FROM audit.log WHERE id = $1',
        [id],
      ),
    ).toEqual([
      {
        ...{ actor_email: 'erased', actor_subject: 's', reason: 'erased' },
        ...{ case_reference: 'erased', address: 'erased' },
      },
    ])
    expect(
      await application.ask('SELECT length(reason_hash) AS bytes FROM audit.events WHERE id = $1', [id]),
    ).toEqual([{ bytes: 32 }])
  })
})

test('the database knows the very actions that the product does', async () => {
  const rows = await owner.ask<{ name: string }>(
    'SELECT unnest(enum_range(NULL::audit.action))::text AS name',
  )
  expect(rows.map(({ name }) => name)).toEqual(Object.keys(AUDIT_ACTIONS))
})

test('the function takes the very fields that its input type has', async () => {
  const rows = await owner.ask<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute WHERE attrelid = 'audit.event_input'::regclass ORDER BY attnum`,
  )
  const sql = readFileSync(
    join(import.meta.dirname, 'migrations', '20261124000200_log', 'migration.sql'),
    'utf8',
  )
  const [, list = ''] = /IF event - ARRAY\[(.*?)\] <>/s.exec(sql) ?? []
  expect([...list.matchAll(/'(\w+)'/g)].map(([, name]) => name)).toEqual(rows.map(({ name }) => name))
})
