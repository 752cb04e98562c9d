import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startPythonVerifier } from '../../../e2e/faults/bundles/python-verifier.ts'
import { append, openSession, type Session } from '../../../prisma/test-log.ts'
import { openOffice, type TestOffice } from '../../access/test-office.ts'
import type { Actor } from '../../auth/actor.ts'
import { beginSeries } from '../begin-series.ts'
import { writeVerifiers } from '../build-verifiers.ts'
import { readSealState } from '../seal-state.ts'
import { fingerprintOf } from '../signing-key.ts'
import { VERIFIERS_FOLDER } from '../verifiers-folder.ts'
import { type VerifyOptions, verifyFolder } from '../verify-cli.ts'
import { readWhole, refusalOf, whileSealing } from './test-log.ts'

const place = mkdtempSync(join(tmpdir(), 'recordroom-export-'))
const python = startPythonVerifier()
let office: TestOffice
let writer: Session
let auditor: Actor

beforeAll(async () => {
  writeVerifiers(VERIFIERS_FOLDER)
  office = await openOffice()
  await beginSeries(office.services.db)
  writer = await openSession(office.services.env.databaseUrl)
  auditor = await office.hire('auditor', ['auditor'])
})
afterAll(async () => {
  await python.stop()
  await writer.end()
  await office.stop()
  rmSync(place, { recursive: true })
})

const write = async (count: number): Promise<void> => {
  await writer.ask(
    `SELECT audit.append_audit_event(jsonb_build_object(
       'event_id', gen_random_uuid(), 'action', 'session.searched', 'outcome', (ARRAY['allowed', 'refused'])[1 + n % 2],
       'actor_kind', 'person', 'actor_subject', 's' || n % 7, 'actor_name', 'Zoë “' || n || '” 😀', 'after',
       jsonb_build_object('n', n)))
     FROM generate_series(1, $1::int) n`,
    [count],
  )
}

/** Transactions of the server's other databases hold sealing up for a moment. */
async function settle(): Promise<void> {
  const behind = async (): Promise<number> => (await readSealState(office.services.db)).oldestUnsealedSeconds
  await expect.poll(behind, { timeout: 20_000 }).toBe(0)
}

let laid = 0
async function exportTo(given: Record<string, string>, actor = auditor): Promise<string> {
  await settle()
  laid += 1
  const zip = join(place, `${laid}.zip`)
  writeFileSync(zip, await readWhole(office.services, actor, { format: 'bundle', ...given }))
  const folder = join(place, String(laid))
  execFileSync('unzip', ['-q', zip, '-d', folder])
  return folder
}

type Manifest = {
  kind: string
  rows: number
  blocks: number
  redacted: boolean
  filter: object
  size: number
}
const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))

/** What all verifiers say, which is the same: the product's, the one in the bundle, the one in Python. */
async function verify(
  folder: string,
  options: VerifyOptions = {},
): Promise<{ code: number; sentence: string }> {
  const given = Object.fromEntries(Object.entries(options).map(([name, value]) => [name, value ?? '']))
  const { code, sentences } = await verifyFolder(folder, options)
  const sentence = sentences.join(' ')
  const named = Object.entries(given).flatMap(([name, value]) => [`--${name}`, value])
  let inside = 0
  try {
    execFileSync(process.execPath, [join(folder, 'verify.mjs'), folder, ...named], { stdio: 'pipe' })
  } catch (error) {
    inside = error instanceof Error && 'status' in error ? Number(error.status) : -1
  }
  const foreign = await python.verify({ folder, options: given })
  expect({ inside, foreign: foreign.code }, `${sentence} ${foreign.sentence}`).toEqual({
    inside: code,
    foreign: code,
  })
  return { code, sentence }
}

const key = (): string => fingerprintOf(office.services.env.auditSigningKey)

// What it waits for is sealing, which others on the server hold up.
describe('a bundle', { timeout: 120_000 }, () => {
  test('of a log that nothing is sealed of is none', async () => {
    expect(await refusalOf(office.services, auditor, { format: 'bundle' })).toBe('log-unsealed')
  })

  test('of all the log is whole, by the key, and later ones extend it', async () => {
    await whileSealing(office.services, async () => {
      await write(2500)
      const first = await exportTo({})
      expect(manifestOf(first)).toMatchObject({ kind: 'range', redacted: false, filter: {} })
      expect(readdirSync(first).toSorted()).toEqual(
        [
          ...['README.md', 'blocks.jsonl', 'checkpoint', 'content.jsonl', 'manifest.json', 'proofs.jsonl'],
          ...['public-key.pem', 'rows.jsonl', 'verify.html', 'verify.mjs'],
        ].toSorted(),
      )
      expect(await verify(first)).toMatchObject({ code: 2 })
      // What was asked for is in it: that it was exported.
      expect(readFileSync(join(first, 'rows.jsonl'), 'utf8')).toContain('log.exported')

      await write(100)
      const second = await exportTo({ redacted: '1' })
      expect(manifestOf(second)).toMatchObject({ kind: 'range', redacted: true })
      expect(readdirSync(second)).not.toContain('content.jsonl')
      const earlier = await verify(second, { key: key(), earlier: first })
      expect(earlier.code, earlier.sentence).toBe(0)
      const anchored = await verify(second, { key: key(), anchor: join(first, 'checkpoint') })
      expect(anchored.code, anchored.sentence).toBe(0)
    })
  })

  test('of a filter has the rows that fit, each proven, from whichever block', async () => {
    await whileSealing(office.services, async () => {
      await write(3000)
      const [there] = await writer.ask<{ count: number }>(
        `SELECT count(*)::int FROM audit.events WHERE actor_subject = 's3' AND outcome = 'refused'`,
      )
      const folder = await exportTo({ person: 's3', outcome: 'refused' })
      const manifest = manifestOf(folder)
      expect(manifest).toMatchObject({ kind: 'filtered', filter: { person: 's3', outcome: 'refused' } })
      expect(manifest.rows).toBe(there?.count)
      expect(manifest.blocks).toBeGreaterThan(2)
      expect(readdirSync(folder)).not.toContain('blocks.jsonl')
      expect((await verify(folder, { key: key() })).code).toBe(2)
    })
  })

  test('of nothing that fits is one without rows', async () => {
    await whileSealing(office.services, async () => {
      const folder = await exportTo({ person: 'nobody of this name' })
      expect(manifestOf(folder)).toMatchObject({ kind: 'filtered', rows: 0, blocks: 0 })
      expect((await verify(folder)).code).toBe(2)
    })
  })

  test('that is redacted says nothing of what was typed to name somebody', async () => {
    await whileSealing(office.services, async () => {
      const folder = await exportTo({ person: 's3', case: 'C-4711', outcome: 'refused', redacted: '1' })
      const filter = { person: 'withheld', case: 'withheld', outcome: 'refused' }
      expect(manifestOf(folder)).toMatchObject({ redacted: true, filter })
      expect(readFileSync(join(folder, 'manifest.json'), 'utf8')).not.toContain('C-4711')
    })
  })

  test('for a reader of some projects is filtered, and has no row of another', async () => {
    await append(writer, { project_id: office.retail.id, code: 'mine' })
    await append(writer, { project_id: office.wealth.id, code: 'theirs' })
    const local = await office.hire('local', [`auditor@${office.retail.id}`])
    await whileSealing(office.services, async () => {
      const folder = await exportTo({}, local)
      const filter = { within_projects: [office.retail.name] }
      expect(manifestOf(folder)).toMatchObject({ kind: 'filtered', rows: 1, filter })
      expect(readFileSync(join(folder, 'rows.jsonl'), 'utf8')).toContain('"code":"mine"')
      expect((await verify(folder)).code).toBe(2)
    })
  })

  test('proves the size that somebody kept, and says when the log is shorter than that', async () => {
    await whileSealing(office.services, async () => {
      const folder = await exportTo({ anchor: '2' })
      expect(readFileSync(join(folder, 'proofs.jsonl'), 'utf8')).toContain('"consistent_from":2,')
      expect(await refusalOf(office.services, auditor, { format: 'bundle', anchor: '123456789' })).toBe(
        'request-invalid',
      )
    })
  })

  test('while sealing stands still is of what was sealed before, and refused for more', async () => {
    const [seal] = await writer.ask<{ at: Date }>(`SELECT max(at) AS at FROM audit.checkpoints`)
    const to = new Date((seal?.at.getTime() ?? 0) - 1000).toISOString()
    expect(await refusalOf(office.services, auditor, { format: 'bundle' })).toBe('log-unsealed')
    expect(await refusalOf(office.services, auditor, { format: 'bundle', to })).toBeNull()
  })

  test('is none, rather than one that lacks a row which waits for a transaction older than itself', async () => {
    const [older, open] = await Promise.all([
      openSession(office.services.env.databaseUrl),
      openSession(office.services.env.databaseUrl),
    ])
    await whileSealing(office.services, async () => {
      await settle()
      for (const session of [older, open]) {
        await session.ask('BEGIN')
        await append(session, { code: 'open' })
      }
      const { at } = await append(writer, { code: 'waits' })
      const asked = refusalOf(office.services, auditor, { format: 'bundle' })
      const request = `SELECT FROM audit.events WHERE action = 'log.exported' AND at > $1`
      await expect.poll(async () => (await writer.ask(request, [at])).length).toBe(1)
      // Its row can be sealed, and so there is a younger checkpoint.
      await older.ask('COMMIT')
      expect(await asked).toBe('log-unsealed')
      const justAfter = new Date(at.getTime() + 1).toISOString()
      const upTo = (to: string) => refusalOf(office.services, auditor, { format: 'bundle', to })
      expect(await upTo(justAfter)).toBe('log-unsealed')
      expect(await upTo(at.toISOString())).toBeNull()
      await open.ask('COMMIT')
      expect(readFileSync(join(await exportTo({}), 'rows.jsonl'), 'utf8')).toContain('"code":"waits"')
    })
    await Promise.all([older.end(), open.end()])
  })

  test('is none, rather than one that begins later, where rows are gone out of the middle', async () => {
    const owner = await openSession(office.ownerUrl)
    const triggers = (how: string): Promise<unknown> =>
      owner.ask(`DO $$ DECLARE each text; BEGIN
        FOR each IN SELECT relid::text FROM pg_partition_tree('audit.events') UNION ALL SELECT 'audit.blocks'
        LOOP EXECUTE 'ALTER TABLE ' || each || ' ${how} TRIGGER USER'; END LOOP; END $$`)
    const move = (by: string): Promise<unknown> =>
      owner.ask(
        `UPDATE audit.blocks SET at = at + $1::interval
         WHERE number < (SELECT max(number) FROM broken)`,
        [by],
      )
    await whileSealing(office.services, settle)
    await triggers('DISABLE')
    await owner.ask(`
      CREATE TEMP TABLE broken AS SELECT number, ids[1] AS id FROM audit.block_leaves
      WHERE number IN (SELECT min(number) FROM audit.blocks WHERE count > 0
        UNION SELECT max(number) FROM audit.blocks WHERE count > 0)`)
    await owner.ask(
      'CREATE TEMP TABLE kept AS SELECT * FROM audit.events WHERE id IN (SELECT id FROM broken)',
    )
    await owner.ask('DELETE FROM audit.events WHERE id IN (SELECT id FROM broken)')
    await move('-2 hours')
    await whileSealing(office.services, async () => {
      await settle()
      await expect(readWhole(office.services, auditor, { format: 'bundle' })).rejects.toThrow('are gone')
    })
    await move('2 hours')
    await owner.ask('INSERT INTO audit.events SELECT * FROM kept')
    await triggers('ENABLE')
    await owner.end()
  })

  test('of rows that a new series took over has them in the order in which they were sealed', async () => {
    await write(1500)
    const owner = await openSession(office.ownerUrl)
    await owner.ask('ALTER TABLE audit.series DISABLE TRIGGER USER')
    await owner.ask('UPDATE audit.series SET system_identifier = system_identifier + 1')
    await owner.ask('ALTER TABLE audit.series ENABLE TRIGGER USER')
    await owner.end()
    await beginSeries(office.services.db)
    await write(700)
    await whileSealing(office.services, async () => {
      const all = await exportTo({})
      expect(manifestOf(all).kind).toBe('range')
      expect((await verify(all, { key: key() })).code).toBe(2)
      const some = await exportTo({ outcome: 'refused' })
      expect((await verify(some, { key: key() })).code).toBe(2)
      const [there] = await writer.ask<{ count: number }>(
        `SELECT count(*)::int FROM audit.events WHERE outcome = 'refused'`,
      )
      expect(manifestOf(some).rows).toBe(there?.count)
    })
  })
})
