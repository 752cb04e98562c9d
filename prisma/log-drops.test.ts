import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMigratedDatabase } from '../e2e/stack/test-database.ts'
import { openSession, type Session } from './test-log.ts'
import { layAnnouncement, layMonth, layRow, layRule, monthAgo } from './test-retention.ts'
import { sealRows } from './test-seal.ts'

const CONTENT = 'SELECT audit.drop_content($1, $2) AS rows'
const LINES = 'SELECT audit.drop_month($1) AS rows'
const [OLDER, STRAY, MONTH, NEXT] = [monthAgo(7), monthAgo(6), monthAgo(5), monthAgo(4)]
const at = (month: string, day: string): string => `${month.slice(0, 8)}${day}T10:00:00Z`

let application: Session
let owner: Session

beforeAll(async () => {
  const { applicationUrl, ownerUrl } = await createMigratedDatabase()
  application = await openSession(applicationUrl)
  owner = await openSession(ownerUrl)
  await application.ask('SELECT audit.begin_series()')
  await layMonth(owner, MONTH)
  await layMonth(owner, NEXT)
})
afterAll(() => Promise.all([application.end(), owner.end()]))

test('what a viewing for a case left in the month after its opening is on hold with the case', async () => {
  const [projectId, viewingId, hold] = [randomUUID(), randomUUID(), randomUUID()]
  await layRow(owner, {
    ...{ at: at(MONTH, '28'), projectId, viewingId, action: 'viewing.opened', caseReference: 'C-1' },
  })
  await layRow(owner, {
    ...{ at: at(NEXT, '01'), projectId, viewingId, action: 'viewing.closed', reason: 'whose hand it was' },
  })
  await layRule(owner, projectId, 1)
  await layAnnouncement(owner, { part: 'content', project: projectId, month: NEXT, days: 8 })
  await owner.ask(
    `INSERT INTO audit.log_holds VALUES ($1, NULL, ' c-1', 'a court asks', gen_random_uuid(), now())`,
    [hold],
  )
  expect(await application.refusal(CONTENT, [projectId, NEXT])).toMatch(/log_on_hold/)
  await owner.ask(
    `INSERT INTO audit.log_hold_releases
     VALUES ($1, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), now() - interval '20 days')`,
    [hold],
  )
  expect(await application.ask(CONTENT, [projectId, NEXT])).toEqual([{ rows: '1' }])
})

test('months that had no partition go from the default one, each in its turn, and nothing else of it', async () => {
  const projectId = randomUUID()
  const older = await layRow(owner, { at: at(OLDER, '03'), projectId })
  const stray = await layRow(owner, { at: at(STRAY, '04'), projectId })
  await sealRows(application)
  expect(
    await application.ask('SELECT month::text, partition::text FROM audit.months_of_lines() LIMIT 3'),
  ).toEqual([
    { month: OLDER, partition: 'audit.events_default' },
    { month: STRAY, partition: 'audit.events_default' },
    { month: MONTH, partition: `audit.events_${MONTH.slice(0, 7).replace('-', '_')}` },
  ])
  await layRule(owner, projectId, 1)
  for (const month of [OLDER, STRAY]) await layAnnouncement(owner, { part: 'lines', month, days: 8 })
  expect(await application.refusal(LINES, [STRAY])).toMatch(/log_drop_whole_months/)
  const REFUSED = '42501 the log is added to and never changed'
  const [{ id } = { id: '' }] = await owner.ask<{ id: string }>(
    'SELECT id FROM audit.events WHERE event_id = $1',
    [older],
  )
  // What goes is what this very transaction says on record, and nothing beside it.
  expect(
    await owner.refusal(`DO $$ BEGIN
      INSERT INTO audit.dropped_months VALUES ('${OLDER}', 1, '{[${id},${id}]}', '{}', '{}', gen_random_uuid(), now(),
        pg_current_xact_id());
      DELETE FROM audit.events_default;
    END $$`),
  ).toBe(REFUSED)

  expect(await application.ask(LINES, [OLDER])).toEqual([{ rows: '1' }])
  expect(await owner.refusal('DELETE FROM audit.events_default')).toBe(REFUSED)
  expect(await owner.refusal('TRUNCATE audit.events_default')).toBe(REFUSED)
  const kept = (eventId: string) => application.ask('SELECT FROM audit.events WHERE event_id = $1', [eventId])
  expect([(await kept(older)).length, (await kept(stray)).length]).toEqual([0, 1])
  expect(await application.ask('SELECT audit.has_strays() AS are')).toEqual([{ are: true }])
  expect(await application.ask(LINES, [STRAY])).toEqual([{ rows: '1' }])
  expect(await application.ask('SELECT audit.has_strays() AS are')).toEqual([{ are: false }])
  expect(
    await application.ask(
      `SELECT target_id FROM audit.events WHERE action = 'log.dropped' AND target_kind = 'log-lines' ORDER BY id`,
    ),
  ).toEqual([{ target_id: OLDER.slice(0, 7) }, { target_id: STRAY.slice(0, 7) }])
})
