import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createMigratedDatabase } from '../../e2e/stack/test-database.ts'
import { openSession, type Session } from '../../prisma/test-log.ts'
import { beginSeries } from '../audit/begin-series.ts'
import { readSealState } from '../audit/seal-state.ts'
import { createTestServices } from '../auth/test-services.ts'
import type { Services } from '../services.ts'
import type { Job } from './job.ts'
import { sealing } from './seal-log.ts'
import { doJobs, startWorker, type Worker } from './worker.ts'

let services: Services
let owner: Session
const workers: Worker[] = []

beforeAll(async () => {
  const { applicationUrl, ownerUrl } = await createMigratedDatabase()
  services = createTestServices(applicationUrl)
  owner = await openSession(ownerUrl)
})
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()))
})
afterAll(() => Promise.all([services.db.$disconnect(), owner.end()]))

async function start(jobs: readonly Job[] = []): Promise<Worker> {
  const worker = await startWorker(services, [sealing, doJobs(jobs)])
  workers.push(worker)
  return worker
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + 20_000
  while (!(await holds())) {
    if (performance.now() > giveUpAt) throw new Error('it did not come to be within 20 seconds')
    await wait(50)
  }
}

/** What the sealer has put on record since this row. */
async function said(after = 0): Promise<string[]> {
  const rows = await owner.ask<{ said: string }>(
    `SELECT concat_ws(' ', action, code, after->>'cause') AS said FROM audit.events
     WHERE action::text LIKE 'sealer.%' AND id > $1 ORDER BY id`,
    [after],
  )
  return rows.map((row) => row.said)
}

async function lastRow(): Promise<number> {
  const [row] = await owner.ask<{ id: string }>('SELECT coalesce(max(id), 0) AS id FROM audit.events')
  return Number(row?.id)
}

const isAllSealed = async (): Promise<boolean> => {
  await beginSeries(services.db)
  const { oldestUnsealedSeconds, rowsSealed } = await readSealState(services.db)
  return oldestUnsealedSeconds === 0 && rowsSealed > 0
}

test('what is on record is sealed within seconds, by one worker; another takes over', async () => {
  const first = await start()
  await until(isAllSealed)
  expect(await said()).toEqual(['sealer.started'])
  await start()
  await wait(2_500)
  expect(await said()).toEqual(['sealer.started'])
  await first.stop()
  await until(async () => (await said()).length === 3)
  expect(await said()).toEqual(['sealer.started', 'sealer.stopped', 'sealer.started'])
  await until(isAllSealed)
})

test('a failure is on record once for each cause, and sealing goes on when it is over', async () => {
  const before = await lastRow()
  await start()
  await until(isAllSealed)
  const failures = async (): Promise<string[]> =>
    (await said(before)).filter((each) => each.startsWith('sealer.failed'))
  const write = 'FUNCTION audit.write_block(text, bigint[], bytea)'
  for (let times = 1; times <= 2; times += 1) {
    await owner.ask(`REVOKE EXECUTE ON ${write} FROM recordroom; SELECT audit.append_audit_event(jsonb_build_object(
      'event_id', gen_random_uuid(), 'action', 'server.started', 'outcome', 'allowed'))`)
    await until(async () => (await failures()).length === times)
    await wait(2_500)
    expect(await failures()).toHaveLength(times)
    await owner.ask(`GRANT EXECUTE ON ${write} TO recordroom`)
    await until(isAllSealed)
  }
  expect(await failures()).toEqual(
    Array(2).fill('sealer.failed internal permission denied for function write_block'),
  )
}, 60_000)

test('sealing waits for no other job, nor for connections that others have taken', async () => {
  const deaf: Job = {
    name: 'deaf',
    everyMs: 1,
    async run({ db }) {
      await Promise.all(Array.from({ length: 30 }, () => db.$queryRaw`SELECT pg_sleep(6)::text`))
    },
  }
  await start([deaf])
  await wait(3_000)
  await owner.ask(`SELECT audit.append_audit_event(jsonb_build_object(
    'event_id', gen_random_uuid(), 'action', 'server.started', 'outcome', 'allowed'))`)
  const begun = performance.now()
  await until(async () => {
    const [row] = await owner.ask<{ done: boolean }>(
      'SELECT (SELECT sealed FROM audit.blocks ORDER BY number DESC LIMIT 1) = (SELECT count(*) FROM audit.events) AS done',
    )
    return row?.done === true
  })
  expect(performance.now() - begun).toBeLessThan(4_000)
})
