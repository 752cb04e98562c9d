import { randomUUID } from 'node:crypto'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { generateArchives } from '../../e2e/stack/recorder/behaviour.ts'
import type { NewArchive } from '../../e2e/stack/recorder.ts'
import { readRecentArchives, readWholeList } from './read-project.ts'
import { startTestCatalogue, type TestCatalogue } from './test-catalogue.ts'

const HOUR_MS = 3_600_000
const signal = new AbortController().signal
let catalogue: TestCatalogue | undefined

const current = (): TestCatalogue => {
  if (catalogue === undefined) throw new Error('no catalogue')
  return catalogue
}

beforeEach(async () => {
  await catalogue?.stop()
  catalogue = await startTestCatalogue()
})
afterAll(() => catalogue?.stop())

const readRecent = () => readRecentArchives(current().services, current().retail.id, signal)
const readWhole = () => readWholeList(current().services, current().retail.id, signal)
const countRows = (where: object = {}) => current().services.db.archive.count({ where })

function record(ageHours: number, status: string, more: Partial<NewArchive> = {}): string {
  const id = randomUUID()
  const { apiKey } = current().retail
  const createdAtMs = Date.now() - ageHours * HOUR_MS
  current().recorder.archives.add([
    { id, apiKey, sessionId: '2_MX40NjIwMTUwMn5-', createdAtMs, status, ...more },
  ])
  return id
}

async function statusOf(id: string): Promise<string | null> {
  return (await current().services.db.archive.findUnique({ where: { id } }))?.status ?? null
}

describe('the newest part', () => {
  const settled = () =>
    generateArchives({
      apiKey: current().retail.apiKey,
      count: 2_500,
      days: 30,
      untilMs: Date.now() - 100 * HOUR_MS,
      seed: 'settled',
    })

  test('ends where everything is settled', async () => {
    current().recorder.archives.add(settled())
    const fresh = record(1, 'started')
    expect(await readRecent()).toEqual({ read: 1_000, added: 1_000 })
    expect(await statusOf(fresh)).toBe('started')
    current().recorder.archives.change(fresh, { status: 'uploaded' })
    expect(await readRecent()).toEqual({ read: 1_000, added: 0 })
    expect(await statusOf(fresh)).toBe('uploaded')
  })

  test('goes back to what is not settled yet, but not to what never will be', async () => {
    current().recorder.archives.add(settled())
    const late = record(12 * 24, 'stopped')
    const stuck = record(20 * 24, 'stopped')
    await readWhole()
    current().recorder.archives.change(late, { status: 'uploaded' })
    current().recorder.archives.change(stuck, { status: 'uploaded' })
    await readRecent()
    expect([await statusOf(late), await statusOf(stuck)]).toEqual(['uploaded', 'stopped'])
    await readWhole()
    expect(await statusOf(stuck)).toBe('uploaded')
  })
})

describe('the whole list', () => {
  test('of ten thousand archives arrives whole, in a memory that does not grow with it', async () => {
    const { apiKey } = current().retail
    const archives = generateArchives({ apiKey, count: 10_000, days: 90, untilMs: Date.now(), seed: 'many' })
    current().recorder.archives.add(archives)
    current().recorder.behaviour.arrivalsPerPage = 5
    let peakBytes = 0
    const before = process.memoryUsage().heapUsed
    const watching = setInterval(() => {
      peakBytes = Math.max(peakBytes, process.memoryUsage().heapUsed - before)
    }, 20)
    const brought = await readWhole()
    clearInterval(watching)
    expect(brought.added).toBeGreaterThanOrEqual(10_000)
    const kept = await current().services.db.archive.findMany({ select: { id: true } })
    const ids = new Set(kept.map(({ id }) => id))
    expect(archives.filter(({ id }) => !ids.has(id))).toEqual([])
    // What is not collected yet is in it too; ten thousand records with what they are parsed into are over 100 MB.
    expect(peakBytes).toBeLessThan(250 * 1024 * 1024)
  })

  test('marks what it is without, and only when it was read to its end', async () => {
    for (let count = 0; count < 20; count += 1) record(200 + count, 'uploaded')
    const gone = record(1, 'uploaded', { password: 'd3JhcHBlZA==' })
    expect(await readWhole()).toEqual({ read: 21, added: 21, unlisted: 0 })
    current().recorder.archives.change(gone, { status: 'deleted' })
    current().recorder.faults.set([{ status: 400 }])
    await expect(readWhole()).rejects.toMatchObject({ code: 'recorder-misbehaved' })
    expect(await countRows({ unlistedAt: { not: null } })).toBe(0)
    current().recorder.faults.set([])
    expect(await readWhole()).toEqual({ read: 20, added: 0, unlisted: 1 })
    const row = await current().services.db.archive.findUniqueOrThrow({ where: { id: gone } })
    expect(row).toMatchObject({
      status: 'uploaded',
      encryptedPassword: 'd3JhcHBlZA==',
      unlistedAt: expect.any(Date),
    })
  })

  test('takes in fields and statuses nobody has heard of', async () => {
    const id = record(1, 'resting')
    current().recorder.behaviour.unknownFields = true
    await readWhole()
    const row = await current().services.db.archive.findUniqueOrThrow({ where: { id } })
    expect(row).toMatchObject({ status: 'resting', record: { notarealproperty: expect.anything() } })
  })

  test('does not set a project up anew', async () => {
    record(1, 'uploaded')
    const { db } = current().services
    const before = await db.project.findUniqueOrThrow({ where: { id: current().retail.id } })
    await readWhole()
    const after = await db.project.findUniqueOrThrow({ where: { id: current().retail.id } })
    expect(after.updatedAt).toEqual(before.updatedAt)
  })
})
