import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createMigratedDatabase, type TestDatabase } from '../../e2e/stack/test-database.ts'
import type { PrismaClient } from '../../prisma/client/client.ts'
import { append, openSession, type Session } from '../../prisma/test-log.ts'
import { openDatabase } from '../database.ts'
import { beginSeries } from './begin-series.ts'
import { isSignedBy, parseCheckpoint } from './checkpoint.ts'
import { isConsistent, isIncluded } from './merkle.ts'
import { readConsistency, readInclusion, readTreeRoot, readTreeSize } from './read-tree.ts'
import { type Sealed, sealLog } from './seal.ts'
import { readSealState } from './seal-state.ts'
import { sealAll } from './test-seal-all.ts'
import { inventSigner } from './test-signer.ts'
import { expectWhole } from './test-whole.ts'

let urls: TestDatabase
let db: PrismaClient
let writer: Session
const signer = inventSigner()
const never = new AbortController().signal

beforeEach(async () => {
  urls = await createMigratedDatabase()
  db = openDatabase(urls.applicationUrl)
  writer = await openSession(urls.applicationUrl)
  await beginSeries(db)
})
afterEach(() => Promise.all([db.$disconnect(), writer.end()]))

const seal = (): Promise<Sealed> => sealLog(db, signer, never)

async function lastCheckpoint(): Promise<ReturnType<typeof parseCheckpoint>> {
  const [row] = await db.$queryRaw<{ text: string }[]>`
    SELECT text FROM audit.checkpoints ORDER BY size DESC LIMIT 1`
  return row === undefined ? null : parseCheckpoint(row.text)
}

/** Appends one after the other until the signal, some in transactions that stay open for a while or are undone. */
async function writeUntil(signal: AbortSignal): Promise<number> {
  const session = await openSession(urls.applicationUrl)
  let written = 0
  for (let turn = 0; !signal.aborted; turn += 1) {
    const rows = 1 + Math.floor(Math.random() * 4)
    const isUndone = Math.random() < 0.1
    if (rows > 1 || isUndone) await session.ask('BEGIN')
    for (let each = 0; each < rows; each += 1) {
      await append(session, { reason: `${turn}`, after: { turn, each, word: 'ß “€” 😀' } })
      if (rows > 1) await wait(Math.random() * 10)
    }
    if (rows > 1 || isUndone) await session.ask(isUndone ? 'ROLLBACK' : 'COMMIT')
    if (!isUndone) written += rows
  }
  await session.end()
  return written
}

async function whileWriting<T>(writers: number, work: () => Promise<T>): Promise<T> {
  const stop = new AbortController()
  const writing = Promise.all(Array.from({ length: writers }, () => writeUntil(stop.signal)))
  try {
    return await work()
  } finally {
    stop.abort()
    await writing
  }
}

test('a log without rows is not sealed, until silence has to be proven', async () => {
  expect(await seal()).toEqual({ blocks: 0, rows: 0 })
  expect(await lastCheckpoint()).toBeNull()
  const owner = await openSession(urls.ownerUrl)
  await owner.ask('ALTER TABLE audit.series DISABLE TRIGGER USER')
  await owner.ask(`UPDATE audit.series SET begun_at = begun_at - interval '10 minutes'`)
  await owner.end()
  expect(await seal()).toEqual({ blocks: 1, rows: 0 })
  expect(await seal()).toEqual({ blocks: 0, rows: 0 })
  expect(await expectWhole(db)).toEqual({ rows: 0, blocks: 1 })
})

test('what was written is sealed, once, and signed', async () => {
  for (let each = 0; each < 5; each += 1)
    await append(writer, { reason: 'as it was', actor_roles: ['a', 'b'] })
  await sealAll(db, signer)
  const { blocks } = await expectWhole(db)
  expect(await seal()).toEqual({ blocks: 0, rows: 0 })
  const signed = await lastCheckpoint()
  expect(signed?.checkpoint).toMatchObject({ origin: 'portal.test/audit', size: blocks, series: 0, rows: 5 })
  expect(signed !== null && isSignedBy(signed, signer.key)).toBe(true)
})

test('a pass goes on until none is left, 1,024 rows a block', async () => {
  await writer.ask(
    `SELECT audit.append_audit_event(jsonb_build_object(
       'event_id', gen_random_uuid(), 'action', 'server.started', 'outcome', 'allowed', 'after', n))
     FROM generate_series(1, 2500) n`,
  )
  await sealAll(db, signer)
  expect(await expectWhole(db)).toMatchObject({ rows: 2500 })
  const counts = await db.$queryRaw<{ count: number }[]>`SELECT count FROM audit.blocks ORDER BY number`
  expect(counts.map(({ count }) => count)).toEqual([1024, 1024, 452])
})

test('rows wait for an older transaction that is still open, and are sealed once it has ended', async () => {
  const other = await openSession(urls.applicationUrl)
  await other.ask('BEGIN')
  await append(other, { code: 'first' })
  await append(writer, { code: 'second' })
  await wait(50)
  await seal()
  expect(await readSealState(db)).toMatchObject({ rowsSealed: 0, lagSeconds: 0 })
  expect((await readSealState(db)).oldestUnsealedSeconds).toBeGreaterThan(0.04)
  await other.ask('COMMIT')
  await other.end()
  await sealAll(db, signer)
  const order = await db.$queryRaw<{ code: string }[]>`
    SELECT e.code FROM audit.block_leaves l CROSS JOIN unnest(l.ids) WITH ORDINALITY AS i(id, place)
    JOIN audit.events e USING (id) ORDER BY l.number, i.place`
  expect(order.map(({ code }) => code)).toEqual(['first', 'second'])
  expect(await expectWhole(db)).toMatchObject({ rows: 2 })
})

test('of writers that commit out of order, each row is sealed once', async () => {
  await whileWriting(8, async () => {
    const until = performance.now() + 3_000
    while (performance.now() < until) await seal()
  })
  await sealAll(db, signer)
  const { rows, blocks } = await expectWhole(db)
  expect(rows).toBeGreaterThan(50)
  expect(blocks).toBeGreaterThan(3)
})

test('two sealers at once are in each other’s way and seal nothing twice', async () => {
  const other = openDatabase(urls.applicationUrl)
  await whileWriting(4, async () => {
    const until = performance.now() + 3_000
    const sealing = async (each: PrismaClient): Promise<void> => {
      while (performance.now() < until) await sealLog(each, signer, never)
    }
    await Promise.all([sealing(db), sealing(other), sealing(db)])
  })
  await other.$disconnect()
  await sealAll(db, signer)
  expect((await expectWhole(db)).blocks).toBeGreaterThan(3)
})

test('sealers that are killed leave nothing half, wherever they were', async () => {
  const sealUntilKilled = async (): Promise<void> => {
    const script = join(import.meta.dirname, 'test-sealer.ts')
    const child = spawn(process.execPath, [script, urls.applicationUrl], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(child, 'exit')
    await once(child.stdout, 'data')
    await wait(Math.random() * 300)
    child.kill('SIGKILL')
    expect(await ended).toEqual([null, 'SIGKILL'])
  }
  await whileWriting(4, async () => {
    for (let pair = 0; pair < 5; pair += 1) await Promise.all([sealUntilKilled(), sealUntilKilled()])
  })
  await sealAll(db, signer)
  expect((await expectWhole(db)).blocks).toBeGreaterThan(5)
}, 120_000)

test('a checkpoint that a sealer did not come to write is written by the next', async () => {
  await append(writer, {})
  const stopped = AbortSignal.abort()
  await sealAll(db, signer)
  expect(await sealLog(db, signer, stopped)).toEqual({ blocks: 0, rows: 0 })
  await expectWhole(db)
})

test('when the key changes, the one before signs too for as long as it is set', async () => {
  const next = inventSigner()
  const signers: boolean[][] = []
  for (const each of [signer, { ...next, previousKey: signer.key }, next]) {
    await append(writer, {})
    const size = await readTreeSize(db)
    while ((await readTreeSize(db)) === size) await sealLog(db, each, never)
    const signed = await lastCheckpoint()
    signers.push([signer.key, next.key].map((key) => signed !== null && isSignedBy(signed, key)))
  }
  expect(signers).toEqual([
    [true, false],
    [true, true],
    [false, true],
  ])
})

test('the tree proves each of its blocks at each size, and each size by each later one', async () => {
  for (let size = 0; size < 9; size += 1) {
    await append(writer, {})
    while ((await readTreeSize(db)) === size) await seal()
  }
  const blocks = await db.$queryRaw<{ hash: Uint8Array }[]>`SELECT hash FROM audit.blocks ORDER BY number`
  const roots = await Promise.all(Array.from({ length: 10 }, (_, size) => readTreeRoot(db, size)))
  const rootAt = (size: number): Uint8Array => roots[size] ?? new Uint8Array(0)
  for (let size = 1; size <= 9; size += 1) {
    for (let index = 0; index < size; index += 1) {
      const leaf = blocks[index]?.hash ?? new Uint8Array(0)
      const proof = await readInclusion(db, index, size)
      expect(isIncluded({ leaf, index, size, root: rootAt(size), proof }), `${index} of ${size}`).toBe(true)
    }
    for (let earlierSize = 0; earlierSize <= size; earlierSize += 1) {
      const proof = await readConsistency(db, earlierSize, size)
      const trees = { earlierSize, earlierRoot: rootAt(earlierSize), size, root: rootAt(size), proof }
      expect(isConsistent(trees), `${earlierSize} to ${size}`).toBe(true)
    }
  }
  await expect(readInclusion(db, 3, 10)).rejects.toThrow('not that large')
  await expect(readTreeRoot(db, 10)).rejects.toThrow('not that large')
})
