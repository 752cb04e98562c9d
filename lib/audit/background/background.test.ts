import { afterAll, beforeAll, expect, test } from 'vitest'
import { append, openSession, type Session } from '../../../prisma/test-log.ts'
import { openOffice, type TestOffice } from '../../access/test-office.ts'
import type { Actor } from '../../auth/actor.ts'
import { askForExport, parseAsking } from './ask-for-export.ts'
import { cancelExport } from './cancel-export.ts'
import { listExports } from './list-exports.ts'
import { makeExports, removeExports } from './make-exports.ts'
import { readExportFile } from './read-export-file.ts'

let office: TestOffice
let writer: Session
let auditor: Actor
let other: Actor
const never = new AbortController().signal
const ASKED = { format: 'jsonl', action: 'session.searched' }

beforeAll(async () => {
  office = await openOffice()
  writer = await openSession(office.services.env.databaseUrl)
  auditor = await office.hire('auditor', ['auditor'])
  other = await office.hire('other', ['auditor'])
  // Some four chunks.
  const words = 'words '.repeat(40_000)
  for (let n = 0; n < 15; n += 1)
    await append(writer, { action: 'session.searched', actor_kind: 'person', reason: words })
})
afterAll(async () => {
  await writer.end()
  await office.stop()
})

const fetch = async (exportId: string, who = auditor): Promise<string> => {
  const file = await readExportFile(office.services, who, exportId)
  const chunks: Uint8Array[] = []
  for await (const chunk of file.read(never)) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
const make = (): Promise<void> => makeExports(office.services, never)
const stateOf = async (exportId: string) =>
  (await listExports(office.services, auditor)).find((each) => each.exportId === exportId)

test('is made, shows how far it is, and is fetched by whoever asked for it alone', async () => {
  const { exportId } = await askForExport(office.services, auditor, ASKED)
  expect(await stateOf(exportId)).toMatchObject({ state: 'waiting', rows: 0 })
  await expect(fetch(exportId)).rejects.toMatchObject({ code: 'export-unready' })
  await make()
  expect(await stateOf(exportId)).toMatchObject({ state: 'done', rows: 15, format: 'jsonl' })
  const text = await fetch(exportId)
  expect(text.trimEnd().split('\n')).toHaveLength(16)
  expect(JSON.parse(text.trimEnd().split('\n').at(-1) ?? '')).toEqual({ end: true, rows: 15 })
  await expect(fetch(exportId, other)).rejects.toMatchObject({ code: 'forbidden' })
  expect(await listExports(office.services, other)).toEqual([])
  const rows = await writer.ask<{ outcome: string; code: string | null; fetched: boolean | null }>(
    `SELECT outcome, code, (after->>'fetched')::boolean AS fetched FROM audit.events
     WHERE action = 'log.exported' ORDER BY id`,
  )
  expect(rows).toEqual([
    { outcome: 'allowed', code: null, fetched: null },
    { outcome: 'refused', code: 'export-unready', fetched: null },
    { outcome: 'allowed', code: null, fetched: true },
    { outcome: 'refused', code: 'forbidden', fetched: null },
  ])
})

test('lies sealed: nothing of it can be read in the database, and a chunk that is changed or missing breaks it off', async () => {
  const { exportId } = await askForExport(office.services, auditor, ASKED)
  await make()
  const [chunks] = await writer.ask<{ count: number; open: number }>(
    `SELECT count(*)::int, count(*) FILTER (WHERE position('words'::bytea IN sealed) > 0)::int AS open
     FROM log_export_chunks WHERE export_id = $1`,
    [exportId],
  )
  expect(chunks?.count).toBeGreaterThan(2)
  expect(chunks?.open).toBe(0)
  await writer.ask(`UPDATE log_exports SET chunks = chunks - 1 WHERE id = $1`, [exportId])
  await expect(fetch(exportId)).rejects.toThrow('cannot be opened')
  await writer.ask(`UPDATE log_exports SET chunks = chunks + 1 WHERE id = $1`, [exportId])
  await writer.ask(
    `UPDATE log_export_chunks SET sealed = set_byte(sealed, 9, get_byte(sealed, 9) # 1) WHERE export_id = $1 AND number = 1`,
    [exportId],
  )
  await expect(fetch(exportId)).rejects.toThrow('cannot be opened')
})

test('one whose maker died in the middle is begun anew, and what there was of it is removed', async () => {
  const { exportId } = await askForExport(office.services, auditor, ASKED)
  const dying = new AbortController()
  const dead = makeExports(office.services, dying.signal)
  await expect.poll(async () => (await stateOf(exportId))?.state, { interval: 1 }).not.toBe('waiting')
  dying.abort()
  await dead.catch(() => {})
  // As one leaves it that was killed.
  await writer.ask(`UPDATE log_exports SET state = 'running', ended_at = NULL WHERE id = $1`, [exportId])
  await make()
  expect(await stateOf(exportId)).toMatchObject({ state: 'done', rows: 15 })
  expect((await fetch(exportId)).trimEnd().split('\n')).toHaveLength(16)
  await removeExports(office.services)
  const attempts = await writer.ask(`SELECT DISTINCT attempt FROM log_export_chunks WHERE export_id = $1`, [
    exportId,
  ])
  expect(attempts).toEqual([{ attempt: 2 }])
})

test('one that is cancelled or has expired is gone with its file', async () => {
  const { exportId: waiting } = await askForExport(office.services, auditor, ASKED)
  await cancelExport(office.services, auditor, waiting)
  await cancelExport(office.services, auditor, waiting)
  const { exportId: made } = await askForExport(office.services, auditor, ASKED)
  await make()
  expect((await stateOf(waiting))?.state).toBe('cancelled')
  await writer.ask(`UPDATE log_exports SET expires_at = now() WHERE id = ANY($1)`, [[waiting, made]])
  await expect(fetch(made)).rejects.toMatchObject({ code: 'export-unready' })
  await removeExports(office.services)
  expect(await stateOf(made)).toBeUndefined()
  const left = await writer.ask(`SELECT FROM log_export_chunks WHERE export_id = ANY($1)`, [[waiting, made]])
  expect(left).toEqual([])
  const kept = await writer.ask(`SELECT asked, sealed_key FROM log_exports WHERE id = $1`, [made])
  expect(kept).toEqual([{ asked: {}, sealed_key: null }])
})

test('one whose asker may export no more fails, and two at once are enough, whoever is quick', async () => {
  const leaver = await office.hire('leaver', ['auditor'])
  const asked = await Promise.allSettled(
    Array.from({ length: 8 }, () => askForExport(office.services, leaver, ASKED)),
  )
  const refused = asked.flatMap((each) => (each.status === 'rejected' ? each.reason : []))
  expect(refused).toMatchObject(Array(6).fill({ code: 'rate-limited', facts: { retryAfterSeconds: 60 } }))
  await office.services.db.roleHeld.deleteMany({ where: { personId: leaver.personId } })
  await make()
  const states = await listExports(office.services, leaver)
  expect(states.map(({ state, code }) => [state, code])).toEqual(Array(2).fill(['failed', 'forbidden']))
})

test('one made of more than its asker may export by now is kept from them, on record', async () => {
  const { db } = office.services
  const mover = await office.hire('mover', ['auditor'])
  const local = { roles: [{ role: 'auditor', projectId: office.retail.id }] } as const
  const before = await askForExport(office.services, mover, ASKED)
  await make()
  expect(await fetch(before.exportId, mover)).toContain('"end":true')
  await db.roleHeld.deleteMany({ where: { personId: mover.personId } })
  await db.roleHeld.create({ data: { personId: mover.personId, ...local.roles[0] } })
  await expect(fetch(before.exportId, { ...mover, ...local })).rejects.toMatchObject({ code: 'forbidden' })
  const [row] = await writer.ask(
    `SELECT outcome, code, after->>'exportId' AS "exportId" FROM audit.events ORDER BY id DESC LIMIT 1`,
  )
  expect(row).toEqual({ outcome: 'refused', code: 'forbidden', exportId: before.exportId })
  const after = await askForExport(office.services, { ...mover, ...local }, ASKED)
  await make()
  expect(await fetch(after.exportId, { ...mover, ...local })).toContain('"rows":0')
})

test('what a program sends that Postgres cannot keep is asked for without it', async () => {
  const given = { format: 'jsonl', person: 'no\u0000body \ud800' }
  const { exportId } = await askForExport(office.services, auditor, parseAsking(given))
  await make()
  expect(await stateOf(exportId)).toMatchObject({ state: 'done', rows: 0 })
})

test.each([{}, { format: 'pdf' }, { format: 'csv', nobody: '1' }])(
  'is refused for what it says: %j',
  async (given) => {
    await expect(askForExport(office.services, auditor, given)).rejects.toMatchObject({
      code: 'request-invalid',
    })
  },
)
