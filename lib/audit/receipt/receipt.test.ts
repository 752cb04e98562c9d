import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { append, eventIdAt, openSession, type Session } from '../../../prisma/test-log.ts'
import { openOffice, type TestOffice } from '../../access/test-office.ts'
import type { Actor } from '../../auth/actor.ts'
import { beginSeries } from '../begin-series.ts'
import { whileSealing } from '../export/test-log.ts'
import { readSealState } from '../seal-state.ts'
import { readReceipt } from './read-receipt.ts'
import { renderReceipt } from './render-receipt.ts'

let office: TestOffice
let writer: Session
let auditor: Actor
const [VIEWING, SECRET] = [eventIdAt(new Date()), eventIdAt(new Date())]

beforeAll(async () => {
  office = await openOffice()
  await beginSeries(office.services.db)
  writer = await openSession(office.services.env.databaseUrl)
  auditor = await office.hire('auditor', ['auditor'])
  const { archiveId: archive_id, id: project_id } = office.retail
  await append(writer, {
    ...{ action: 'viewing.opened', viewing_id: VIEWING, archive_id, project_id, project_name: 'Retail EU' },
    ...{
      actor_kind: 'person',
      actor_subject: 's-1',
      actor_name: '<script>alert(1)</script>\u202E"',
      address: '192.0.2.4',
    },
    ...{
      reason_code: 'complaint',
      reason: 'A & B <b>',
      case_reference: 'C-7',
      session_id: office.retail.sessionId,
    },
  })
  for (let window = 0; window < 3; window += 1)
    await append(writer, {
      ...{
        action: 'viewing.window',
        viewing_id: VIEWING,
        window_start: window * 10,
        window_end: window * 10 + 10,
      },
      ...{ bytes: 12, media_from_ms: window * 1000, media_to_ms: window * 1000 + 1000 },
    })
  await append(writer, { action: 'viewing.closed', viewing_id: VIEWING, code: 'closed' })
  for (const [action, outcome] of [
    ['viewing.refused', 'refused'],
    ['download.refused', 'failed'],
    ['recording.restricted', 'refused'],
  ])
    await append(writer, { action, outcome, archive_id, project_id })
  await append(writer, {
    ...{
      action: 'viewing.opened',
      viewing_id: SECRET,
      archive_id: office.wealth.archiveId,
      project_id: office.wealth.id,
    },
    ...{ actor_kind: 'person', actor_subject: 's-2', actor_name: 'Somebody Else' },
  })
}, 60_000)
afterAll(async () => {
  await writer.end()
  await office.stop()
})

const behind = async (): Promise<number> => (await readSealState(office.services.db)).oldestUnsealedSeconds

test('says who, when, why and what was served, with each row’s leaf and the checkpoint', async () => {
  await whileSealing(office.services, () => expect.poll(behind, { timeout: 20_000 }).toBe(0))
  const receipt = await readReceipt(office.services, auditor, {
    archive: office.retail.archiveId,
    zone: 'Europe/Berlin',
  })
  const page = renderReceipt(receipt)
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  expect(page).not.toMatch(/<script|<b>|<img|href|onclick/)
  expect(page).toContain('<bdi>A &amp; B &lt;b&gt;</bdi>')
  expect(page).toContain('36 bytes in 3 windows')
  expect(page).toContain('C-7')
  for (const [what, count] of Object.entries({ Opened: 1, Refused: 1, 'Came to nothing': 1 }))
    expect(page).toContain(`<dt>${what}</dt><dd><bdi>${count} times</bdi></dd>`)
  const opened = receipt.lines.find(({ event }) => event.action === 'viewing.opened')
  const [leaf] = await writer.ask<{ leaf: string }>(
    `SELECT encode(substring(l.leaves FROM 32 * (i.place::int - 1) + 1 FOR 32), 'hex') AS leaf
     FROM audit.block_leaves l CROSS JOIN unnest(l.ids) WITH ORDINALITY AS i(id, place)
     JOIN audit.events e ON e.id = i.id WHERE e.viewing_id = $1 AND e.action = 'viewing.opened'`,
    [VIEWING],
  )
  expect(opened?.sealed?.leaf).toBe(leaf?.leaf)
  expect(page).toContain(leaf?.leaf)
  expect(page).toContain(receipt.checkpoint?.text.split('\n')[2]?.replaceAll('+', '+'))
  expect(page).toContain(receipt.key)
  expect(page).not.toContain('<strong>')
})

test('says what may be missing of it: other projects, months that were dropped, older lines', async () => {
  const owner = await openSession(office.ownerUrl)
  await owner.ask('BEGIN')
  await owner.ask(
    `INSERT INTO audit.dropped_months
     VALUES ('2020-01-01', 0, '{}', '{}', '{}', gen_random_uuid(), now(), pg_current_xact_id())`,
  )
  await owner.ask('COMMIT')
  await owner.end()
  const local = await office.hire('local', [`auditor@${office.wealth.id}`])
  const receipt = await readReceipt(office.services, local, { archive: office.wealth.archiveId })
  expect(receipt).toMatchObject({ within: ['Wealth'], droppedThrough: '2020-01', isCut: false })
  const page = renderReceipt({ ...receipt, isCut: true })
  expect(page.match(/<strong>[^<]*/g)).toEqual([
    expect.stringContaining('There are older lines than these'),
    expect.stringMatching(/these projects alone .*: Wealth\.$/),
    expect.stringContaining('Lines of months up to 2020-01 were dropped'),
  ])
})

test('is on record as an export of that recording', async () => {
  await readReceipt(office.services, auditor, { archive: office.retail.archiveId })
  const [row] = await writer.ask(
    `SELECT action, outcome, archive_id, after->>'format' AS format FROM audit.events ORDER BY id DESC LIMIT 1`,
  )
  expect(row).toEqual({
    ...{ action: 'log.exported', outcome: 'allowed', archive_id: office.retail.archiveId, format: 'receipt' },
  })
})

test('of another project has nothing for a reader who may not read it', async () => {
  const local = await office.hire('local', [`auditor@${office.retail.id}`])
  const receipt = await readReceipt(office.services, local, { archive: office.wealth.archiveId })
  expect(receipt.lines).toEqual([])
  expect(renderReceipt(receipt)).not.toContain('Somebody Else')
  const known = await readReceipt(office.services, auditor, { archive: office.wealth.archiveId })
  expect(renderReceipt(known)).toContain('Somebody Else')
})

test.each([
  {},
  { archive: 'x' },
  { archive: [randomUUID(), randomUUID()] },
  { archive: randomUUID(), person: 'x' },
])('is refused for what it says: %j', async (given) => {
  await expect(readReceipt(office.services, auditor, given)).rejects.toMatchObject({
    code: 'request-invalid',
  })
  const [row] = await writer.ask(`SELECT outcome, code FROM audit.events ORDER BY id DESC LIMIT 1`)
  expect(row).toEqual({ outcome: 'refused', code: 'request-invalid' })
})
