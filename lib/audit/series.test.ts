import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createMigratedDatabase, type TestDatabase } from '../../e2e/stack/test-database.ts'
import type { PrismaClient } from '../../prisma/client/client.ts'
import { append, openSession, type Session } from '../../prisma/test-log.ts'
import { openDatabase } from '../database.ts'
import { beginSeries } from './begin-series.ts'
import { parseCheckpoint } from './checkpoint.ts'
import { readTreeRoot, readTreeSize } from './read-tree.ts'
import { sealLog } from './seal.ts'
import { sealAll } from './test-seal-all.ts'
import { inventSigner } from './test-signer.ts'
import { expectWhole } from './test-whole.ts'

let urls: TestDatabase
let db: PrismaClient
let writer: Session
const signer = inventSigner()
const opened: (() => Promise<unknown>)[] = []

beforeEach(async () => {
  urls = await createMigratedDatabase()
  ;({ db, writer } = await open(urls))
})
afterEach(() => Promise.all(opened.splice(0).map((close) => close())))

async function open({ applicationUrl }: TestDatabase): Promise<{ db: PrismaClient; writer: Session }> {
  const pair = { db: openDatabase(applicationUrl), writer: await openSession(applicationUrl) }
  opened.push(
    () => pair.db.$disconnect(),
    () => pair.writer.end(),
  )
  return pair
}

async function appendMany(session: Session, count: number): Promise<void> {
  for (let each = 0; each < count; each += 1) await append(session, { reason: 'written' })
}

const TABLES = [
  ...[
    'events',
    'audit_content',
    'series',
    'left_over',
    'blocks',
    'block_leaves',
    'tree_nodes',
    'checkpoints',
  ],
]

/** The log in another database of the server, as a dump and its restore would make it. */
async function restore(): Promise<TestDatabase> {
  const other = await createMigratedDatabase()
  const from = new pg.Client({ connectionString: urls.ownerUrl })
  const to = new pg.Client({ connectionString: other.ownerUrl })
  await Promise.all([from.connect(), to.connect()])
  await from.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
  for (const table of TABLES) {
    const { rows } = await from.query<{ row: string }>(`SELECT t::text AS row FROM audit.${table} t`)
    await to.query(
      `INSERT INTO audit.${table} SELECT (row::audit.${table}).* FROM unnest($1::text[]) AS row`,
      [rows.map(({ row }) => row)],
    )
  }
  const { rows } = await from.query<{ last: string }>('SELECT last_value AS last FROM audit.events_id_seq')
  await to.query(`SELECT setval('audit.events_id_seq', $1)`, [rows[0]?.last])
  await Promise.all([from.end(), to.end()])
  return other
}

/** Changes what the series says of its database, as if it were of another server. */
async function pretend(ownerUrl: string, change: string): Promise<void> {
  const owner = await openSession(ownerUrl)
  await owner.ask('ALTER TABLE audit.series DISABLE TRIGGER USER')
  await owner.ask(`UPDATE audit.series SET ${change}`)
  await owner.ask('ALTER TABLE audit.series ENABLE ALWAYS TRIGGER refuse_row')
  await owner.ask('ALTER TABLE audit.series ENABLE ALWAYS TRIGGER refuse_statement')
  await owner.end()
}

type Series = { number: number; left_over: string; size: string; sealed: string; root: string }

function readSeries(session: Session): Promise<Series[]> {
  return session.ask<Series>(
    `SELECT number, left_over, previous_size AS size, previous_sealed AS sealed, encode(previous_root, 'hex') AS root
     FROM audit.series ORDER BY number`,
  )
}

test('the first series begins once, and takes what was there before', async () => {
  await appendMany(writer, 3)
  expect(await beginSeries(db)).toBe(0)
  expect(await beginSeries(db)).toBe(0)
  await appendMany(writer, 2)
  expect(await readSeries(writer)).toMatchObject([{ number: 0, left_over: '3', size: '0', sealed: '0' }])
  await sealAll(db, signer)
  expect(await expectWhole(db)).toMatchObject({ rows: 5 })
})

test('eight processes that start at once begin one series', async () => {
  const numbers = await Promise.all(Array.from({ length: 8 }, () => beginSeries(db)))
  expect(numbers).toEqual(Array(8).fill(0))
  expect(await readSeries(writer)).toHaveLength(1)
})

test('a transaction that writes while a series begins is not forgotten', async () => {
  const { writer: other } = await open(urls)
  await other.ask('BEGIN')
  await append(other, { code: 'late' })
  const begun = beginSeries(db)
  await wait(300)
  await other.ask('COMMIT')
  expect(await begun).toBe(0)
  await sealAll(db, signer)
  expect(await expectWhole(db)).toMatchObject({ rows: 1 })
})

test('one that goes on writing keeps a series from beginning, and does not hold the others up for long', async () => {
  const { writer: other } = await open(urls)
  await other.ask('BEGIN')
  await append(other, {})
  const begun = beginSeries(db)
  begun.catch(() => {})
  await append(writer, {})
  await expect(begun).rejects.toThrow('lock timeout')
  await other.ask('COMMIT')
})

test('a restore begins a new series, which quotes the tree as it was and takes first what was left over', async () => {
  await beginSeries(db)
  await appendMany(writer, 5)
  await sealAll(db, signer)
  await appendMany(writer, 4)
  const size = await readTreeSize(db)
  const root = Buffer.from(await readTreeRoot(db, size)).toString('hex')

  const restored = await open(await restore())
  expect(await beginSeries(restored.db)).toBe(1)
  expect(await beginSeries(restored.db)).toBe(1)
  expect(await readSeries(restored.writer)).toMatchObject([
    { number: 0 },
    { number: 1, left_over: '4', size: String(size), sealed: '5', root },
  ])
  await appendMany(restored.writer, 3)
  await sealAll(restored.db, signer)
  expect(await expectWhole(restored.db)).toMatchObject({ rows: 12 })
  const blocks = await restored.writer.ask(
    'SELECT series, sum(count)::int AS rows FROM audit.blocks GROUP BY series ORDER BY series',
  )
  expect(blocks).toEqual([
    { series: 0, rows: 5 },
    { series: 1, rows: 7 },
  ])
  const [checkpoint] = await restored.writer.ask<{ text: string }>(
    'SELECT text FROM audit.checkpoints ORDER BY size DESC LIMIT 1',
  )
  expect(parseCheckpoint(checkpoint?.text ?? '')?.checkpoint).toMatchObject({ series: 1, rows: 12 })
})

test('rows whose transactions are far ahead of this server’s are sealed, and do not hold up those written here', async () => {
  await beginSeries(db)
  await appendMany(writer, 2)
  await sealAll(db, signer)
  const owner = await openSession(urls.ownerUrl)
  for (let each = 0; each < 1500; each += 250)
    await owner.ask(
      `INSERT INTO audit.events (id, at, tx, event_id, action, outcome, schema_version, writer)
       SELECT nextval('audit.events_id_seq'), clock_timestamp(), (9000000000 + n)::text::xid8, gen_random_uuid(),
         'server.started', 'allowed', 1, 'elsewhere' FROM generate_series(1, 250) n`,
    )
  await owner.end()
  await pretend(urls.ownerUrl, 'system_identifier = 1')
  expect(await beginSeries(db)).toBe(1)
  await appendMany(writer, 3)
  await sealAll(db, signer)
  await appendMany(writer, 2)
  await sealAll(db, signer)
  expect(await expectWhole(db)).toMatchObject({ rows: 1507 })
})

test('a restore of a restore whose sealer had not come to the end of what was left over', async () => {
  await beginSeries(db)
  await appendMany(writer, 3)
  await sealAll(db, signer)
  await writer.ask(
    `SELECT audit.append_audit_event(jsonb_build_object(
       'event_id', gen_random_uuid(), 'action', 'server.started', 'outcome', 'allowed'))
     FROM generate_series(1, 1500)`,
  )
  await pretend(urls.ownerUrl, 'database_oid = 1')
  expect(await beginSeries(db)).toBe(1)
  await appendMany(writer, 2)

  // One block of the 1,500, and no more: it is told to stop while it waits to write.
  const { writer: other } = await open(urls)
  await other.ask('BEGIN')
  await other.ask(`SELECT pg_advisory_xact_lock(hashtextextended('audit.seal', 0))`)
  const stop = new AbortController()
  const sealing = sealLog(db, signer, stop.signal)
  await wait(300)
  stop.abort()
  await other.ask('COMMIT')
  expect(await sealing).toEqual({ blocks: 1, rows: 1024 })
  await pretend(urls.ownerUrl, 'system_identifier = 2')
  expect(await beginSeries(db)).toBe(2)
  expect((await readSeries(writer)).at(-1)).toMatchObject({ number: 2, left_over: '478', sealed: '1027' })
  await appendMany(writer, 2)
  await sealAll(db, signer)
  expect(await expectWhole(db)).toMatchObject({ rows: 1507 })
})
