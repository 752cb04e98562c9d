import { afterEach, beforeEach, expect, test } from 'vitest'
import { createMigratedDatabase } from '../e2e/stack/test-database.ts'
import { makeMonths } from '../lib/audit/months.ts'
import { checkDatabase, findDatabaseWarnings } from '../lib/audit/self-check.ts'
import { openDatabase } from '../lib/database.ts'
import { append, openSession, renderEvent, type Session } from './test-log.ts'

let application: Session
let owner: Session
let db: ReturnType<typeof openDatabase>

beforeEach(async () => {
  const { applicationUrl, ownerUrl } = await createMigratedDatabase()
  application = await openSession(applicationUrl)
  owner = await openSession(ownerUrl)
  db = openDatabase(applicationUrl)
})
afterEach(() => Promise.all([application.end(), owner.end(), db.$disconnect()]))

const monthName = (ahead: number): string => {
  const now = new Date()
  const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1))
  return `audit.events_${month.toISOString().slice(0, 7).replace('-', '_')}`
}

const partitionOf = async (id: string): Promise<unknown> => {
  const [row] = await application.ask(
    'SELECT tableoid::regclass::text AS name FROM audit.events WHERE id = $1',
    [id],
  )
  return row?.name
}

test('a row goes to the partition of its month', async () => {
  const { id } = await append(application, {})
  expect(await partitionOf(id)).toBe(monthName(0))
})

test('each month begins and ends in UTC, and none is missing between', async () => {
  await owner.ask("SET TIME ZONE 'UTC'")
  const bounds = await owner.ask<{ name: string; bound: string }>(
    `SELECT c.oid::regclass::text AS name, pg_get_expr(c.relpartbound, c.oid) AS bound
     FROM pg_partition_tree('audit.events') t JOIN pg_class c ON c.oid = t.relid
     WHERE level = 1 AND relname <> 'events_default' ORDER BY 1`,
  )
  expect(bounds.map(({ name }) => name)).toEqual(Array.from({ length: 25 }, (_, ahead) => monthName(ahead)))
  for (const [index, { name, bound }] of bounds.entries()) {
    const start = (month: string): string => `${month.slice(-7).replace('_', '-')}-01 00:00:00+00`
    const next = monthName(index + 1)
    expect(bound).toBe(`FOR VALUES FROM ('${start(name)}') TO ('${start(next)}')`)
  }
})

test('months that are missing are made by the application, guarded as the others are and as closed to it', async () => {
  await owner.ask(`DROP TABLE ${monthName(3)}, ${monthName(24)}`)
  expect(await makeMonths(db)).toBe(2)
  expect(await makeMonths(db)).toBe(0)
  for (const month of [monthName(3), monthName(24)]) {
    expect(await owner.refusal(`TRUNCATE ${month}`)).toBe('42501 the log is added to and never changed')
    expect(await owner.refusal(`DELETE FROM ${month}`)).toBe('42501 the log is added to and never changed')
    expect(await application.refusal(`DELETE FROM ${month}`)).toMatch(/^42501 permission denied/)
    expect(await application.refusal(`TRUNCATE ${month}`)).toMatch(/^42501 permission denied/)
    expect(await application.refusal(`DROP TABLE ${month}`)).toMatch(/^42501 must be owner/)
    const [owned] = await owner.ask(
      'SELECT relowner::regrole::text AS owner FROM pg_class WHERE oid = $1::regclass',
      [month],
    )
    expect(owned).toEqual({ owner: 'recordroom_owner' })
  }
})

test('eight processes that make them at once make each once', async () => {
  await owner.ask(`DROP TABLE ${monthName(3)}, ${monthName(4)}, ${monthName(5)}`)
  const made = await Promise.all(Array.from({ length: 8 }, () => makeMonths(db)))
  expect(made.reduce((sum, count) => sum + count)).toBe(3)
})

test('without a month for it a row goes to the default partition, and that is an alarm', async () => {
  expect(await findDatabaseWarnings(db)).toEqual([])
  await owner.ask(`DROP TABLE ${monthName(0)}, ${monthName(2)}`)
  expect(await checkDatabase(db)).toContain(
    `the log has no partition for ${monthName(0).slice(-7).replace('_', '-')}: run \`npm run db:deploy\``,
  )
  const event = renderEvent({ code: 'stray' })
  const first = await append(application, event)
  expect(await partitionOf(first.id)).toBe('audit.events_default')
  expect(await findDatabaseWarnings(db)).toEqual([
    'rows of the log stand in its default partition: a month was missing when they were written',
  ])
  // A repeated id finds its row there too, and the month that has rows in it is passed over.
  expect(await append(application, event)).toEqual(first)
  expect(await makeMonths(db)).toBe(1)
  expect(await partitionOf((await append(application, {})).id)).toBe('audit.events_default')
  expect(await application.ask('SELECT code FROM audit.log WHERE id = $1', [first.id])).toEqual([
    { code: 'stray' },
  ])
})
