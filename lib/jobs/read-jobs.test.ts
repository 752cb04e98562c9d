import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { GOOD_BEHAVIOUR } from '../../e2e/stack/recorder/behaviour.ts'
import { startTestCatalogue, type TestCatalogue, type TestProject } from '../archives/test-catalogue.ts'
import { readRecent } from './read-recent.ts'
import { createReadWhole, isWholeDue } from './read-whole.ts'
import { startWorker } from './worker.ts'

const signal = new AbortController().signal
let catalogue: TestCatalogue

beforeAll(async () => {
  catalogue = await startTestCatalogue()
})
afterAll(() => catalogue.stop())
beforeEach(() => {
  Object.assign(catalogue.recorder.behaviour, GOOD_BEHAVIOUR)
  catalogue.recorder.faults.set([])
})

const project = ({ id }: TestProject) => catalogue.services.db.project.findUniqueOrThrow({ where: { id } })

function record({ apiKey }: TestProject): string {
  const id = randomUUID()
  const common = { apiKey, sessionId: '2_MX40NjIwMTUwMn5-', createdAtMs: Date.now(), status: 'uploaded' }
  catalogue.recorder.archives.add([{ id, ...common }])
  return id
}

const isKept = async (id: string): Promise<boolean> =>
  (await catalogue.services.db.archive.count({ where: { id } })) === 1

describe('each minute', () => {
  test('every project is read, and when is kept', async () => {
    const ids = [record(catalogue.retail), record(catalogue.wealth)]
    await readRecent.run(catalogue.services, signal)
    expect(await Promise.all(ids.map(isKept))).toEqual([true, true])
    expect(await project(catalogue.retail)).toMatchObject({
      recentReadAt: expect.any(Date),
      readFailedAt: null,
      readFailureCode: null,
    })
  })

  test('one that cannot be read is marked and keeps the others from nothing; the next run mends it', async () => {
    const { recentReadAt } = await project(catalogue.retail)
    catalogue.recorder.faults.set([{ on: catalogue.retail.apiKey, status: 404 }])
    const id = record(catalogue.wealth)
    await readRecent.run(catalogue.services, signal)
    expect(await isKept(id)).toBe(true)
    expect(await project(catalogue.retail)).toMatchObject({
      recentReadAt,
      readFailedAt: expect.any(Date),
      readFailureCode: 'recorder-misbehaved',
      readFailure: 'The recorder answered 404, which was not expected.',
      clockSkewSeconds: null,
    })
    expect((await project(catalogue.wealth)).readFailedAt).toBeNull()
    catalogue.recorder.faults.set([])
    await readRecent.run(catalogue.services, signal)
    expect(await project(catalogue.retail)).toMatchObject({ readFailedAt: null, readFailure: null })
  })

  test('a clock out of step is kept in seconds, and so is that it was set', async () => {
    catalogue.recorder.behaviour.clockSkewSeconds = 400
    await readRecent.run(catalogue.services, signal)
    const { readFailureCode, readFailure, clockSkewSeconds } = await project(catalogue.retail)
    expect(readFailureCode).toBe('recorder-clock-skew')
    expect(readFailure).toContain(`${clockSkewSeconds} seconds behind`)
    expect(Math.abs((clockSkewSeconds ?? 0) - 400)).toBeLessThan(3)
    catalogue.recorder.behaviour.clockSkewSeconds = 0
    await readRecent.run(catalogue.services, signal)
    expect((await project(catalogue.retail)).clockSkewSeconds).toBeNull()
  })

  test('being stopped is no failure', async () => {
    catalogue.recorder.faults.set([{ delayMs: 5_000 }])
    const stopping = new AbortController()
    const run = readRecent.run(catalogue.services, stopping.signal)
    setTimeout(() => stopping.abort(), 100)
    const started = performance.now()
    await run
    expect(performance.now() - started).toBeLessThan(2_000)
    expect((await project(catalogue.retail)).readFailedAt).toBeNull()
  })
})

describe('each night', () => {
  test('and at once for a project that was never read, the whole list is read', async () => {
    const id = record(catalogue.retail)
    const readWhole = createReadWhole()
    await readWhole.run(catalogue.services, signal)
    const { wholeReadAt } = await project(catalogue.retail)
    expect([await isKept(id), wholeReadAt]).toEqual([true, expect.any(Date)])
    const later = record(catalogue.retail)
    await readWhole.run(catalogue.services, signal)
    expect([await isKept(later), (await project(catalogue.retail)).wholeReadAt]).toEqual([false, wholeReadAt])
  })

  test('one that failed waits a quarter of an hour', async () => {
    const { db } = catalogue.services
    await db.$executeRaw`UPDATE projects SET whole_read_at = now() - interval '2 days'`
    catalogue.recorder.faults.set([{ status: 404 }])
    const readWhole = createReadWhole()
    await readWhole.run(catalogue.services, signal)
    catalogue.recorder.faults.set([])
    const id = record(catalogue.retail)
    await readWhole.run(catalogue.services, signal)
    expect(await isKept(id)).toBe(false)
    await createReadWhole().run(catalogue.services, signal)
    expect(await isKept(id)).toBe(true)
  })

  test.each([
    ['2026-03-04T00:59:59Z', '2026-03-04T00:59:59Z', false],
    ['2026-03-04T00:59:59Z', '2026-03-04T01:00:00Z', true],
    ['2026-03-04T01:00:00Z', '2026-03-04T23:00:00Z', false],
    ['2026-03-04T01:00:00Z', '2026-03-05T00:59:59Z', false],
    ['2026-03-04T23:00:00Z', '2026-03-05T01:00:00Z', true],
  ])('read at %s, at %s it is due: %s', (readAt, now, due) => {
    expect(isWholeDue(new Date(readAt), new Date(now))).toBe(due)
  })
})

test('a worker begins with everything at once, and stops in a moment', async () => {
  const { db } = catalogue.services
  await db.$executeRaw`UPDATE projects SET whole_read_at = NULL, recent_read_at = NULL`
  const id = record(catalogue.wealth)
  const worker = await startWorker(catalogue.services)
  const isRead = async (): Promise<boolean> => {
    const { recentReadAt, wholeReadAt } = await project(catalogue.wealth)
    return recentReadAt !== null && wholeReadAt !== null && (await isKept(id))
  }
  for (let tries = 0; tries < 100 && !(await isRead()); tries += 1) await wait(50)
  expect(await isRead()).toBe(true)
  const started = performance.now()
  await worker.stop()
  expect(performance.now() - started).toBeLessThan(1_000)
})
