import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMigratedDatabase } from '../../e2e/stack/test-database.ts'
import { append, openSession, renderEvent, type Session } from '../../prisma/test-log.ts'
import { type Block, renderBlockLine, renderRowLine } from './canonical.ts'
import { LOG_COLUMNS, LOG_ROW_SELECT, type LogColumn, type LogRow } from './log-row.ts'

const NAMES = Object.keys(LOG_COLUMNS).filter((name): name is LogColumn => Object.hasOwn(LOG_COLUMNS, name))
const empty = Object.fromEntries(NAMES.map((name) => [name, null]))
const rowOf = (values: Partial<LogRow>): LogRow => parseRow({ ...empty, ...values })
const parseRow = (row: Record<string, unknown>): LogRow => row as LogRow

describe('the line of a row', () => {
  test('is its columns that hold something, by name', () => {
    const row = rowOf({
      ...{ id: '1042', at: '1795514400123456', tx: '7531', action: 'viewing.window', outcome: 'allowed' },
      ...{
        writer: 'recordroom',
        schema_version: '1',
        bytes: '0',
        actor_name_hash: '00ff',
        amr: '["pwd", "ö"]',
      },
      ...{
        viewing_id: '0192f0c1-2b3c-7abc-8def-0123456789ab',
        claimed_ms: '[0,1500]',
        before: '{"b": 1, "a": []}',
      },
    })
    expect(renderRowLine(row)).toBe(
      '{"action":"viewing.window","actor_name_hash":"00ff","amr":["pwd","ö"],"at":"2026-11-24T10:00:00.123456Z",' +
        '"before":{"a":[],"b":1},"bytes":0,"claimed_ms":[0,1500],"id":1042,"outcome":"allowed","schema_version":1,' +
        '"tx":7531,"v":1,"viewing_id":"0192f0c1-2b3c-7abc-8def-0123456789ab","writer":"recordroom"}',
    )
  })

  test('has its keys in the order of UTF-16 units, the form among them', () => {
    const keys = [...NAMES, 'v'].sort()
    const full = rowOf(Object.fromEntries(NAMES.map((name) => [name, SAMPLES[LOG_COLUMNS[name]]])))
    expect(Object.keys(JSON.parse(renderRowLine(full)))).toEqual(keys)
  })

  test.each([
    ['9007199254740991', '9007199254740991'],
    ['9007199254740992', '"9007199254740992"'],
    ['18446744073709551615', '"18446744073709551615"'],
    ['-9007199254740991', '-9007199254740991'],
    ['0', '0'],
  ])('writes the number %s as %s', (digits, written) => {
    expect(renderRowLine(rowOf({ tx: digits }))).toBe(`{"tx":${written},"v":1}`)
  })

  test.each([
    ['0', '1970-01-01T00:00:00.000000Z'],
    ['7', '1970-01-01T00:00:00.000007Z'],
    ['86399999999', '1970-01-01T23:59:59.999999Z'],
    ['1709164800000001', '2024-02-29T00:00:00.000001Z'],
    ['253402300799999999', '9999-12-31T23:59:59.999999Z'],
    ['253402300800000000', '253402300800000000'],
    ['-1', '-1'],
    ['infinity', 'infinity'],
    ['-infinity', '-infinity'],
  ])('writes the moment %s as %s', (microseconds, written) => {
    expect(renderRowLine(rowOf({ at: microseconds }))).toBe(`{"at":"${written}","v":1}`)
  })

  test('writes any moment as Date does, with microseconds', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 253_402_300_799_999_999n }), (microseconds) => {
        const date = new Date(Number(microseconds / 1000n)).toISOString().replace('Z', '')
        const written = `${date}${String(microseconds % 1000n).padStart(3, '0')}Z`
        expect(renderRowLine(rowOf({ at: String(microseconds) }))).toBe(`{"at":"${written}","v":1}`)
      }),
    )
  })

  test('holds numbers of documents as ECMAScript writes them', () => {
    const before = '{"a": 333333333.33333329, "b": 0.000001, "c": 100000000000000000000000}'
    expect(renderRowLine(rowOf({ before }))).toBe(
      '{"before":{"a":333333333.3333333,"b":0.000001,"c":1e+23},"v":1}',
    )
  })

  test('holds a document that has no canonical form as Postgres’s text of it', () => {
    const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`
    const long = `{"b": "x", "a": -1${'0'.repeat(400)}}`
    expect(renderRowLine(rowOf({ after: deep(100) }))).toBe(`{"after":${deep(100)},"v":1}`)
    for (const text of [long, deep(101), deep(100_000)]) {
      expect(renderRowLine(rowOf({ after: text }))).toBe(`{"after":${JSON.stringify(text)},"v":1}`)
    }
  })

  test.each([
    { tx: '1.5' },
    { tx: '' },
    { tx: '1e3' },
    { at: '2026-11-24 10:00:00+00' },
    { at: '' },
    { actor_name_hash: '\\x00' },
    { actor_name_hash: '00FF' },
    { code: 'half \ud83d' },
  ])('is refused for %j', (values) => {
    expect(() => renderRowLine(rowOf(values))).toThrow(RangeError)
  })
})

const SAMPLES = {
  text: 'text',
  integer: '1',
  moment: '1795514400123456',
  bytes: '00ff',
  list: '["a"]',
  json: '{"a": 1}',
} as const

describe('the line of a block', () => {
  const block: Block = {
    ...{ series: 1, number: 3, previous: Buffer.alloc(32, 0xab), root: Buffer.alloc(32, 1), count: 2 },
    ...{ firstTx: 700n, throughTx: 18_446_744_073_709_551_615n, throughId: 41n, horizon: 702n },
    atMicroseconds: 1_795_514_400_000_000n,
  }

  test('is JSON of all there is to say of it', () => {
    expect(renderBlockLine(block)).toBe(
      `{"at":"2026-11-24T10:00:00.000000Z","count":2,"first_tx":700,"horizon":702,"number":3,"previous":"${'ab'.repeat(32)}",` +
        `"root":"${'01'.repeat(32)}","series":1,"through_id":41,"through_tx":"18446744073709551615","v":1}`,
    )
  })

  test('names no first transaction where there is no row', () => {
    const line = renderBlockLine({ ...block, count: 0, firstTx: null })
    expect(JSON.parse(line)).not.toHaveProperty('first_tx')
    expect(Object.keys(JSON.parse(line))).toEqual(Object.keys(JSON.parse(line)).toSorted())
  })

  test.each([{ count: 1.5 }, { number: 2 ** 53 }, { series: Number.NaN }, { root: Buffer.alloc(31) }])(
    'is refused for %j',
    (change) => {
      expect(() => renderBlockLine({ ...block, ...change })).toThrow(RangeError)
    },
  )
})

describe('a row of the log', () => {
  let application: Session
  let owner: Session
  beforeAll(async () => {
    const urls = await createMigratedDatabase()
    application = await openSession(urls.applicationUrl)
    owner = await openSession(urls.ownerUrl)
  })
  afterAll(() => Promise.all([application.end(), owner.end()]))

  const readRow = async (id: string): Promise<LogRow> => {
    const [row] = await application.ask(`SELECT ${LOG_ROW_SELECT} FROM audit.events e WHERE id = $1`, [id])
    return parseRow(row ?? {})
  }

  test('has every column in its line', async () => {
    const columns = await owner.ask<{ name: string }>(
      `SELECT attname AS name FROM pg_attribute WHERE attrelid = 'audit.events'::regclass AND attnum > 0 AND NOT attisdropped`,
    )
    expect(columns.map(({ name }) => name).toSorted()).toEqual(NAMES.toSorted())
    expect(NAMES).toEqual(NAMES.toSorted())
  })

  test('has the line that another language makes of its values', async () => {
    const id = '0192F0C1-2B3C-7ABC-8DEF-0123456789AB'
    const hostile = 'O’Hara "x"\\ \u0001\u007f\u2028\n\t\u{1f600}\ufb33 =cmd()'
    const { id: number } = await append(application, {
      ...{
        outcome: 'failed',
        code: 'ü',
        schema_version: 1,
        actor_kind: 'person',
        actor_issuer: 'https://a.test',
      },
      ...{
        actor_subject: hostile,
        actor_name: 'Jo',
        actor_email: 'jo@a.test',
        actor_roles: ['reviewer', hostile],
      },
      ...{
        sign_in_id: id,
        signed_in_at: '2026-11-24T11:00:00.000001+02:00',
        acr: '',
        amr: [],
        address: '::1',
      },
      ...{
        user_agent: 'x',
        request_id: '1',
        target_kind: 'archive',
        target_id: id,
        session_id: '1_a',
        archive_id: id,
      },
      ...{
        project_id: id,
        project_name: 'Retail EU',
        region: 'eu',
        viewing_id: id,
        grant_id: id,
        reason_code: 'legal',
      },
      ...{
        reason: 'why',
        case_reference: 'C-1',
        window_start: 0,
        window_end: 9_007_199_254_740_993n.toString(),
      },
      ...{
        bytes: 5,
        media_from_ms: 0,
        media_to_ms: 2_147_483_647,
        claimed_ms: [1, 2],
        certificate_fingerprint: 'ff',
      },
      before: { '\u20ac': 1, '\ufb33': { z: null, a: [true, 'x'] }, '\u{1f600}': 'y', '\r': -0 },
      ...{ after: null, application_version: '1', application_instance: 'i' },
    })
    await application.ask("SET TIME ZONE 'Asia/Kathmandu'")
    await application.ask("SET DateStyle TO 'German'")
    const line = renderRowLine(await readRow(number))
    await application.ask('RESET ALL')

    const [said] = await owner.ask<{ row: Record<string, unknown>; at: string; tx: string }>(
      `SELECT to_jsonb(e) AS row, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, tx::text AS tx
       FROM audit.events e WHERE id = $1`,
      [number],
    )
    const expected: Record<string, unknown> = { v: 1 }
    for (const [name, value] of Object.entries(said?.row ?? {})) {
      if (value === null) continue
      expected[name] = String(value).startsWith('\\x') ? String(value).slice(2) : value
    }
    Object.assign(expected, { at: said?.at, tx: Number(said?.tx), window_end: '9007199254740993' })
    expected.signed_in_at = '2026-11-24T09:00:00.000001Z'
    const python = `import json, sys
def write(v):
    if isinstance(v, dict):
        keys = sorted(v, key=lambda k: k.encode('utf-16-be'))
        return '{' + ','.join(write(k) + ':' + write(v[k]) for k in keys) + '}'
    if isinstance(v, list): return '[' + ','.join(map(write, v)) + ']'
    return json.dumps(v, ensure_ascii=False)
sys.stdout.buffer.write(write(json.loads(sys.stdin.buffer.read())).encode())`
    const byPython = execFileSync('python3', ['-c', python], { input: JSON.stringify(expected) })
    expect(line).toBe(byPython.toString('utf8'))
    expect(line).toContain('"viewing_id":"0192f0c1-2b3c-7abc-8def-0123456789ab"')
    expect(line).not.toContain('jo@a.test')

    const [content] = await owner.ask<{ hash: string }>(
      `SELECT encode(actor_name_hash, 'hex') AS hash FROM audit.events WHERE id = $1`,
      [number],
    )
    expect(JSON.parse(line).actor_name_hash).toBe(content?.hash)
  })

  test('has a line whatever the writer put into it', async () => {
    const strange = [
      `{"signed_in_at": "infinity"}`,
      `{"signed_in_at": "-infinity"}`,
      `{"signed_in_at": "4000-01-01 BC"}`,
      `{"signed_in_at": "294276-01-01"}`,
      `{"before": 1e400, "after": [1e-400, -1e9999]}`,
      `{"before": ${'{"a": '.repeat(9000)}1${'}'.repeat(9000)}}`,
      `{"actor_roles": [null, ""], "amr": ["NULL"]}`,
      `{"window_start": -9223372036854775808, "window_end": 9223372036854775807}`,
    ]
    for (const input of strange) {
      const event = `${JSON.stringify(renderEvent()).slice(0, -1)},${input.slice(1)}`
      const [row] = await application.ask<{ id: string }>(
        'SELECT id FROM audit.append_audit_event($1::jsonb)',
        [event],
      )
      const line = renderRowLine(await readRow(row?.id ?? ''))
      expect(JSON.parse(line)).toMatchObject({ v: 1, action: 'server.started' })
      expect(createHash('sha256').update(line).digest()).toHaveLength(32)
    }
  })
})
