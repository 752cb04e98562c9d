import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTimeStampAuthority, type TimeStampAuthority } from '../../e2e/stack/time-stamp-authority.ts'
import { openTestLog, type TestLog } from '../audit/anchor/test-log.ts'
import { type LogState, readLogState } from '../audit/read-log-state.ts'
import { stamping } from './stamp-log.ts'
import { startWorker, type Worker } from './worker.ts'

const root = mkdtempSync(join(tmpdir(), 'recordroom-test-'))
let authority: TimeStampAuthority
let folder: string
let log: TestLog
let worker: Worker | null = null

beforeAll(async () => {
  authority = await startTimeStampAuthority(join(root, 'tsa'))
})
beforeEach(async () => {
  authority.answerWith(null)
  folder = join(mkdtempSync(join(root, 'a-')), 'anchor')
  log = await openTestLog({ AUDIT_ANCHOR: `file:${folder}`, AUDIT_TIMESTAMP_URL: authority.url })
  await log.grow(1)
})
afterEach(async () => {
  await worker?.stop()
  worker = null
  await log.stop()
})
afterAll(async () => {
  await authority.stop()
  rmSync(root, { recursive: true, force: true })
})

/** What failed is tried again in minutes, and by a worker that begins at once. */
async function begin(): Promise<void> {
  await worker?.stop()
  worker = await startWorker(log.services, [stamping])
}

const acts = async (): Promise<string[]> => {
  const rows = await log.owner.ask<{ said: string }>(
    `SELECT concat_ws(' ', action, code, target_id) AS said FROM audit.events WHERE action::text LIKE 'anchor.%' ORDER BY id`,
  )
  return rows.map(({ said }) => said)
}
/** With all sealed that came to be on record meanwhile, which would turn the line as well. */
const state = async (): Promise<LogState> => {
  await log.grow(1)
  return await readLogState(log.services, 'all')
}
const failFor = (minutes: number) =>
  log.owner.ask(`UPDATE anchors SET failing_since = clock_timestamp() - make_interval(mins => $1)`, [minutes])
const soon = { timeout: 20_000, interval: 50 }

test('an authority that stamps nothing is on record, and turns the line amber and then red until it stamps', async () => {
  mkdirSync(folder)
  authority.answerWith(() => 503)
  await begin()
  await expect.poll(acts, soon).toEqual([`anchor.failed time-stamp-invalid ${authority.url}`])
  const failing = await state()
  expect(failing).toMatchObject({ level: 'good', stamp: { where: authority.url, lastAt: null } })
  expect(failing.stamp?.cause).toContain('The answer is 503')
  await failFor(6)
  expect((await state()).level).toBe('amber')
  await failFor(61)
  expect((await state()).level).toBe('red')
  authority.answerWith(null)
  await begin()
  await expect.poll(acts, soon).toHaveLength(2)
  expect(await acts()).toEqual([expect.any(String), `anchor.restored ${authority.url}`])
  expect(await state()).toMatchObject({
    level: 'good',
    stamp: { lastAt: expect.any(Date), failingSince: null, cause: null },
  })
}, 60_000)

test('a stamp that could not be put at the anchor is no failure any more once it lies there', async () => {
  await begin()
  await expect.poll(acts, soon).toHaveLength(1)
  expect((await state()).stamp).toMatchObject({ lastAt: expect.any(Date), failingSince: expect.any(Date) })
  mkdirSync(folder)
  await begin()
  await expect.poll(acts, soon).toHaveLength(2)
  expect((await state()).stamp).toMatchObject({ failingSince: null, cause: null })
  expect(readdirSync(folder)).toEqual([expect.stringMatching(/^\d+\.tsr$/)])
}, 60_000)
