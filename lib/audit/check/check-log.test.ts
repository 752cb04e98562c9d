import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import type { Deposit } from '../../storage/deposit.ts'
import { createFolderDeposit } from '../../storage/folder-deposit.ts'
import { anchorLog } from '../anchor/anchor-log.ts'
import { openTestLog, type TestLog } from '../anchor/test-log.ts'
import { beginSeries } from '../begin-series.ts'
import { sealLog } from '../seal.ts'
import { inventSigner } from '../test-signer.ts'
import { type Checked, checkLog } from './check-log.ts'
import type { LogFaultCode } from './fault.ts'

const folder = mkdtempSync(join(tmpdir(), 'recordroom-test-'))
const { signal } = new AbortController()
const SEALS = [
  'events',
  'audit_content',
  'series',
  'left_over',
  'blocks',
  'block_leaves',
  'tree_nodes',
  'checkpoints',
]

let log: TestLog
let deposit: Deposit
let size: number
beforeEach(async () => {
  log = await openTestLog()
  deposit = createFolderDeposit(mkdtempSync(join(folder, 'f-')))
  size = await log.grow(6, 3)
  await anchorLog(log.db, deposit, { signer: log.signer, signal })
})
afterEach(() => log.stop())
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const check = (changes: Partial<Parameters<typeof checkLog>[1]> = {}): Promise<Checked> =>
  checkLog(log.db, {
    ...{ signer: log.signer, deposit, size, done: 0, onProgress: async () => {}, signal },
    ...changes,
  })

/** With the owner's rights, the triggers out of the way. */
async function tamper(sql: string): Promise<void> {
  await log.owner.ask(`DO $$ DECLARE each text; BEGIN
    FOR each IN SELECT relid::text FROM pg_partition_tree('audit.events')
      UNION ALL SELECT 'audit.' || name FROM unnest('{${SEALS.slice(1).join()}}'::text[]) name
    LOOP EXECUTE 'ALTER TABLE ' || each || ' DISABLE TRIGGER USER'; END LOOP; END $$; ${sql}`)
}

async function expectFault(code: LogFaultCode, words: string | RegExp, changes = {}): Promise<void> {
  const checked = await check(changes)
  expect(checked).toMatchObject({ fault: { code, sentence: expect.stringMatching(words) } })
}

const OTHER = `INSERT INTO audit.events SELECT (jsonb_populate_record(e, jsonb_build_object(
  'id', 1000, 'event_id', gen_random_uuid(), 'at', e.at + interval '1 microsecond'))).*
  FROM audit.events e ORDER BY id OFFSET 4 LIMIT 1`

test('a log that nobody touched is whole, and extends its anchor', async () => {
  const checked = await check()
  expect(checked).toEqual({ rows: 18, anchor: `it extends what was anchored at ${size} blocks` })
})

test('it goes on where it was left', async () => {
  expect(await check({ done: 3 })).toMatchObject({ rows: 18 })
  await tamper(
    `UPDATE audit.events SET reason_code = 'other' WHERE id = (SELECT ids[1] FROM audit.block_leaves WHERE number = 4)`,
  )
  await expectFault('row-changed', '\\(block 4\\) is not as it was sealed', { done: 3 })
})

test.each<[string, LogFaultCode, string, string]>([
  [
    'a changed row',
    'row-changed',
    'not as it was sealed',
    `UPDATE audit.events SET outcome = 'refused' WHERE id = (SELECT max(id) FROM audit.events)`,
  ],
  [
    'a dropped row',
    'row-missing',
    'is gone',
    'DELETE FROM audit.events WHERE id = (SELECT max(id) FROM audit.events)',
  ],
  ['an inserted row', 'row-inserted', 'Row 1000 lies between', OTHER],
  [
    'an inserted row with the number of one that is sealed, and before it',
    'row-inserted',
    'Row \\d+ is there more than once',
    `INSERT INTO audit.events SELECT (jsonb_populate_record(e, jsonb_build_object(
       'event_id', gen_random_uuid(), 'at', e.at - interval '1 microsecond', 'tx', before.tx, 'outcome', 'refused'))).*
     FROM audit.events e, (SELECT tx FROM audit.events ORDER BY id OFFSET 4 LIMIT 1) before
     WHERE e.id = (SELECT id FROM audit.events ORDER BY id OFFSET 8 LIMIT 1)`,
  ],
  [
    'two rows swapped',
    'row-changed',
    'not as it was sealed',
    `UPDATE audit.events e SET id = o.id FROM audit.events o
     WHERE (e.id, o.id) IN (SELECT ids[1], ids[2] FROM audit.block_leaves UNION SELECT ids[2], ids[1] FROM audit.block_leaves)`,
  ],
  [
    'a reason written anew',
    'content-changed',
    'Personal content beside row',
    `UPDATE audit.audit_content SET reason = 'another' WHERE reason = '2 1'`,
  ],
  ['a dropped block', 'block-missing', 'Block 2 is gone', 'DELETE FROM audit.blocks WHERE number = 2'],
  [
    'a block whose line says another time',
    'block-changed',
    'Block 3',
    `UPDATE audit.blocks SET line = replace(line, '"at":"2', '"at":"3') WHERE number = 3`,
  ],
  [
    'a block whose line and hash are others',
    'chain-broken',
    'Block 4 does not follow',
    `UPDATE audit.blocks SET line = replace(line, '"at":"2', '"at":"3') WHERE number = 3;
     UPDATE audit.blocks SET hash = sha256('\\x00'::bytea || convert_to(line, 'UTF8')) WHERE number = 3`,
  ],
  [
    'leaves without their block’s root',
    'block-changed',
    'its root',
    `UPDATE audit.block_leaves SET leaves = overlay(leaves placing '\\x00'::bytea from 1) WHERE number = 1`,
  ],
  [
    'a node of the tree',
    'tree-changed',
    'over blocks 0 to 3',
    `UPDATE audit.tree_nodes SET hash = sha256('x') WHERE level = 2`,
  ],
  [
    'a checkpoint of another root',
    'checkpoint-changed',
    'of 3 blocks',
    `UPDATE audit.checkpoints SET text = replace(text, 'rows 9', 'rows 8') WHERE size = 3`,
  ],
  [
    'a checkpoint that nobody signed',
    'checkpoint-forged',
    'of 2 blocks is not signed',
    `UPDATE audit.checkpoints c SET text = split_part(c.text, E'\\n\\n', 1) || E'\\n\\n' || split_part(o.text, E'\\n\\n', 2)
     FROM audit.checkpoints o WHERE c.size = 2 AND o.size = 3`,
  ],
  [
    'the end cut off, its checkpoints left',
    'tail-cut',
    'and the log has fewer: its end was cut off',
    'DELETE FROM audit.blocks WHERE number >= 5; DELETE FROM audit.events WHERE id IN (SELECT unnest(ids) FROM audit.block_leaves WHERE number >= 5)',
  ],
])('%s is found', async (_, code, words, sql) => {
  await tamper(sql)
  await expectFault(code, words)
})

const CUT = `DELETE FROM audit.events WHERE id IN (SELECT unnest(ids) FROM audit.block_leaves WHERE number >= 4);
  DELETE FROM audit.blocks WHERE number >= 4; DELETE FROM audit.block_leaves WHERE number >= 4;
  DELETE FROM audit.tree_nodes WHERE (index + 1) << level > 4; DELETE FROM audit.checkpoints WHERE size > 4`

test('an end that is cut off without a trace is found by the anchor, and by nothing else', async () => {
  await tamper(CUT)
  expect(await check({ size: 4, deposit: null })).toMatchObject({
    rows: 12,
    anchor: expect.stringContaining('no anchor'),
  })
  await expectFault('tail-cut', `The anchor knows of ${size} blocks and the log has 4`, { size: 4 })
})

test('a chain that is written anew, with the portal’s own key, is found by the anchor', async () => {
  await tamper(CUT)
  size = await log.grow(4, 3)
  expect(await check({ deposit: null })).toMatchObject({ rows: 24 })
  await expectFault('anchor-differs', 'it was written anew')
})

test('checkpoints that are gone are missed by the anchor', async () => {
  await tamper('DELETE FROM audit.checkpoints')
  await expectFault('anchor-differs', 'The log does not have the checkpoint')
})

test('a newest checkpoint of a key that is not the portal’s is none', async () => {
  const other = inventSigner({ origin: log.signer.origin })
  await expectFault('checkpoint-forged', 'signed by none of the portal’s keys', { signer: other })
  expect(await check({ signer: { ...other, previousKey: log.signer.key } })).toMatchObject({ rows: 18 })
})

test('an anchor that cannot be read is said, and is no fault', async () => {
  const gone = createFolderDeposit(join(folder, 'absent'))
  expect(await check({ deposit: gone })).toMatchObject({
    anchor: expect.stringContaining('could not be read'),
  })
})

test('after a restore the rows left over are looked at too, and none can be put among them', async () => {
  await tamper('UPDATE audit.series SET system_identifier = 1')
  for (let rows = 0; rows < 4; rows += 1)
    await log.owner.ask(`SELECT audit.append_audit_event(jsonb_build_object(
      'event_id', gen_random_uuid(), 'action', 'server.started', 'outcome', 'allowed'))`)
  await beginSeries(log.db)
  for (let sealed = 0; sealed < 4; ) sealed += (await sealLog(log.db, log.signer, signal)).rows
  size = await log.grow(2)
  expect(await check()).toMatchObject({ rows: 24 })
  await tamper(`INSERT INTO audit.events SELECT (jsonb_populate_record(e, jsonb_build_object(
    'id', 0, 'event_id', gen_random_uuid(), 'tx', '9000000'))).* FROM audit.events e ORDER BY id LIMIT 1`)
  await expectFault('row-inserted', 'from before row')
  await tamper(
    'DELETE FROM audit.events WHERE id = 0; DELETE FROM audit.events WHERE id = (SELECT max(id) FROM audit.left_over)',
  )
  await expectFault('row-missing', 'is gone')
})

test('a thousand rows a block are read a block at a time', async () => {
  await log.owner.ask(`SELECT audit.append_audit_event(jsonb_build_object('event_id', gen_random_uuid(),
    'action', 'server.started', 'outcome', 'allowed', 'after', n)) FROM generate_series(1, 2500) n`)
  for (let sealed = 0; sealed < 2500; ) sealed += (await sealLog(log.db, log.signer, signal)).rows
  size = await log.grow(1)
  const seen: number[] = []
  const onProgress = async (done: number): Promise<void> => void seen.push(done)
  expect(await check({ onProgress })).toMatchObject({ rows: 2519 })
  expect(seen.at(-1)).toBe(size)
})
