import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { openOffice, type TestOffice } from '../access/test-office.ts'
import { readAids } from '../audit/aids/read-aids.ts'
import { readAnchorLag } from '../audit/anchor/anchor-lag.ts'
import { openTestLog, type TestLog } from '../audit/anchor/test-log.ts'
import { askCheck } from '../audit/check/ask-check.ts'
import { readLogState } from '../audit/read-log-state.ts'
import { anchoring } from './anchor-log.ts'
import { checking } from './check-log.ts'
import { sealing } from './seal-log.ts'
import { startWorker, type Worker } from './worker.ts'

const root = mkdtempSync(join(tmpdir(), 'recordroom-test-'))
let folder: string
let log: TestLog
const workers: Worker[] = []
beforeEach(async () => {
  folder = join(mkdtempSync(join(root, 'a-')), 'anchor')
  log = await openTestLog({ AUDIT_ANCHOR: `file:${folder}` })
})
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()))
  await log.stop()
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

async function start(): Promise<void> {
  workers.push(await startWorker(log.services, [anchoring, checking]))
}

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  const giveUpAt = performance.now() + 60_000
  while (!(await holds())) {
    if (performance.now() > giveUpAt) throw new Error('it did not come to be within a minute')
    await wait(50)
  }
}

async function said(pattern: string): Promise<string[]> {
  const rows = await log.owner.ask<{ said: string }>(
    `SELECT concat_ws(' ', action, outcome, code, after->>'cause', after->>'found') AS said FROM audit.events
     WHERE action::text LIKE $1 ORDER BY id`,
    [pattern],
  )
  return rows.map((row) => row.said)
}

const state = () => readLogState(log.services, 'all')

test('an anchor that fails is on record once for each cause, and so is its return', async () => {
  const size = await log.grow(2)
  await start()
  await until(async () => (await said('anchor.%')).length === 1)
  await wait(4_000)
  expect(await said('anchor.%')).toEqual([
    `anchor.failed failed storage-none There is no folder file:${folder}.`,
  ])
  expect((await state()).anchor).toMatchObject({ where: `file:${folder}`, lastAt: null, size: 0 })
  expect((await state()).anchor?.failingSince).toBeInstanceOf(Date)
  expect(await readAnchorLag(log.db, log.services.env.auditAnchor)).toMatchObject({ ageSeconds: null })
  mkdirSync(folder)
  await until(async () => (await said('anchor.%')).length === 2)
  expect((await said('anchor.%'))[1]).toBe('anchor.restored allowed')
  expect(readdirSync(folder)).toEqual(['1.checkpoint', `${size}.checkpoint`, 'latest.checkpoint'])
  expect((await state()).anchor).toMatchObject({ size, failingSince: null, cause: null })
  expect(await readAnchorLag(log.db, log.services.env.auditAnchor)).toMatchObject({ lagSeconds: 0 })
}, 90_000)

test('an anchor that holds something else turns the line red at once', async () => {
  mkdirSync(folder)
  writeFileSync(join(folder, '1.checkpoint'), 'ha')
  chmodSync(join(folder, '1.checkpoint'), 0o444)
  await log.grow(2)
  await start()
  await until(async () => (await state()).level === 'red')
  expect(await said('anchor.%')).toEqual([expect.stringContaining('anchor.failed failed anchor-conflict')])
}, 90_000)

test('a check that an auditor asks for is run, and is on record as theirs', async () => {
  const office: TestOffice = await openOffice()
  workers.push(await startWorker(office.services, [sealing, checking]))
  const auditor = await office.hire('ada', ['auditor'])
  const { checkId } = await askCheck(office.services, auditor)
  const found = async () =>
    office.services.db.$queryRaw<{ name: string | null; targetId: string; outcome: string; found: string }[]>`
      SELECT c.actor_name AS name, e.target_id AS "targetId", e.outcome::text, e.after->>'found' AS found
      FROM audit.events e LEFT JOIN audit.audit_content c USING (event_id) WHERE e.action = 'log.verified'`
  await until(async () => (await found()).length === 1)
  expect(await found()).toEqual([
    {
      ...{ name: auditor.name, targetId: checkId, outcome: 'allowed' },
      found: expect.stringMatching(/^Whole: .* no anchor is configured\.$/),
    },
  ])
  const { lastCheck, running, level } = await readLogState(office.services, 'all')
  expect({ told: lastCheck?.told, running, level }).toEqual({
    ...{ told: { by: auditor.name, sentence: expect.stringContaining('Whole') }, running: null },
    level: 'amber',
  })

  const other = await office.hire('bob', [`auditor@${office.retail.id}`])
  const { state } = await readAids(office.services, other)
  expect(state).toMatchObject({ lastCheck: { at: lastCheck?.at, outcome: 'allowed', told: null }, level })
  expect(JSON.stringify(state)).not.toContain(auditor.name)
  await expect(askCheck(office.services, other)).rejects.toMatchObject({ code: 'forbidden' })
  const asked = await office.services.db.$queryRaw<{ outcome: string }[]>`
    SELECT outcome::text FROM audit.events WHERE action = 'check.asked' ORDER BY id`
  expect(asked.map(({ outcome }) => outcome)).toEqual(['allowed', 'refused'])
  await Promise.all(workers.splice(0).map((worker) => worker.stop()))
  await office.stop()
}, 90_000)

test('two who ask at once have one check, and the night asks by itself', async () => {
  const office = await openOffice()
  const auditor = await office.hire('ada', ['auditor'])
  const [one, two] = await Promise.all([
    askCheck(office.services, auditor),
    askCheck(office.services, auditor),
  ])
  expect(one.checkId).toBe(two.checkId)
  await office.stop()

  await log.owner.ask(`ALTER TABLE audit.series DISABLE TRIGGER USER`)
  await log.owner.ask(`UPDATE audit.series SET begun_at = begun_at - interval '2 days'`)
  await log.grow(1)
  await start()
  await until(async () => (await said('log.verified')).length === 1)
  await wait(3_000)
  expect(await said('log.verified')).toEqual([expect.stringContaining('log.verified allowed Whole: 1 rows')])
}, 90_000)
