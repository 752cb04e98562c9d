import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createMigratedDatabase } from '../../e2e/stack/test-database.ts'
import { createTestServices } from '../auth/test-services.ts'
import { AppError } from '../errors.ts'
import type { Services } from '../services.ts'
import type { Job } from './job.ts'
import { doJobs, startWorker, type Worker } from './worker.ts'

let services: Services
const workers: Worker[] = []

beforeAll(async () => {
  services = createTestServices((await createMigratedDatabase()).applicationUrl)
})
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()))
})
afterAll(() => services.db.$disconnect())

async function start(jobs: readonly Job[]): Promise<Worker> {
  const worker = await startWorker(services, [doJobs(jobs)])
  workers.push(worker)
  return worker
}

async function until(holds: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + 10_000
  while (!holds()) {
    if (performance.now() > giveUpAt) throw new Error('it did not come to be within 10 seconds')
    await wait(20)
  }
}

/** A job that runs until it is told to stop, and says how it went. */
function longJob(): { job: Job; running: () => boolean; begun: () => number } {
  let running = false
  let begun = 0
  const run: Job['run'] = async (_services, signal) => {
    running = true
    begun += 1
    await wait(60_000, undefined, { signal }).catch(() => {})
    running = false
  }
  return { job: { name: 'long', everyMs: 60_000, run }, running: () => running, begun: () => begun }
}

describe('of two workers', () => {
  test('one works at a time, and the other takes over when it stops', async () => {
    const [one, two] = [longJob(), longJob()]
    const first = await start([one.job])
    await until(one.running)
    await start([two.job])
    await wait(2_500)
    expect([one.running(), two.running()]).toEqual([true, false])
    await first.stop()
    expect(one.running()).toBe(false)
    await until(two.running)
    expect([one.begun(), two.begun()]).toEqual([1, 1])
  })

  test('one that loses its connection stops what it does, and one of them goes on', async () => {
    const [one, two] = [longJob(), longJob()]
    await start([one.job])
    await until(one.running)
    await start([two.job])
    await services.db.$queryRaw`
      SELECT pg_terminate_backend(l.pid) FROM pg_locks l
      JOIN pg_database d ON d.oid = l.database
      WHERE l.locktype = 'advisory' AND l.granted AND d.datname = current_database()`
    await until(() => !one.running() || one.begun() > 1)
    await until(() => one.running() || two.running())
    await wait(500)
    expect(one.running() && two.running()).toBe(false)
    expect(one.begun() + two.begun()).toBe(2)
  })
})

test('a job that fails runs again, and keeps the others from nothing', async () => {
  let failed = 0
  let went = 0
  await start([
    {
      name: 'failing',
      everyMs: 10,
      async run() {
        failed += 1
        throw new AppError('recorder-unavailable')
      },
    },
    {
      name: 'going',
      everyMs: 10,
      async run() {
        went += 1
      },
    },
  ])
  await until(() => failed > 1 && went > 1)
})

test('stopping does not wait for what does not stop', async () => {
  let begun = false
  const worker = await start([
    {
      name: 'deaf',
      everyMs: 1,
      async run() {
        begun = true
        await wait(30_000, undefined, { ref: false })
      },
    },
  ])
  await until(() => begun)
  const started = performance.now()
  await worker.stop()
  expect(performance.now() - started).toBeLessThan(5_000)
})

test('a worker waits for a database that is not there, and stops all the same', async () => {
  const nowhere = createTestServices('postgresql://nobody:nothing@127.0.0.1:1/none')
  const worker = await startWorker(nowhere, [doJobs([longJob().job])])
  await wait(100)
  await worker.stop()
})
