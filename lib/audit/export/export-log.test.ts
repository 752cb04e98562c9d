import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Prisma } from '../../../prisma/client/client.ts'
import { append, openSession, type Session } from '../../../prisma/test-log.ts'
import { eraseValues } from '../../../prisma/test-retention.ts'
import { openOffice, type TestOffice } from '../../access/test-office.ts'
import type { Actor } from '../../auth/actor.ts'
import { exportLog } from './export-log.ts'
import { openReader } from './open-reader.ts'
import { readWhole, refusalOf } from './test-log.ts'

let office: TestOffice
let writer: Session
let auditor: Actor
let ofRetail: Actor

const NAMES = [
  '=1+1',
  '+1',
  '-1',
  '@x',
  '\tx',
  '\rx',
  '＝1',
  '－1',
  'Zoë "Zo"\r\nO’Hara',
  '\u202Egpj',
  '😀',
  '',
]

beforeAll(async () => {
  office = await openOffice()
  writer = await openSession(office.services.env.databaseUrl)
  auditor = await office.hire('auditor', ['auditor'])
  ofRetail = await office.hire('local', [`auditor@${office.retail.id}`])
  for (const name of NAMES)
    await append(writer, {
      ...{ action: 'session.searched', actor_kind: 'person', actor_subject: 'sub', actor_name: name },
      ...{ actor_roles: ['=a', 'b'], bytes: 7, after: { n: 1 }, project_id: office.retail.id },
    })
  await append(writer, { action: 'session.searched', project_id: office.wealth.id, project_name: 'Wealth' })
})
afterAll(async () => {
  await writer.end()
  await office.stop()
})

type Row = { action: string; outcome: string; code: string | null; after: Record<string, unknown> }
const lastExport = async (): Promise<Row | undefined> =>
  (
    await writer.ask<Row>(
      `SELECT action, outcome, code, after FROM audit.events WHERE action = 'log.exported' ORDER BY id DESC LIMIT 1`,
    )
  )[0]

/** RFC 4180, by hand. */
function parseCsv(text: string): string[][] {
  const records: string[][] = [[]]
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    records.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
    if (end === '\r\n') records.push([])
  }
  return records.slice(0, -1)
}

const searched = { action: 'session.searched' }

describe('a CSV', () => {
  test('has a record a row under their names, times in UTC and in the reader’s zone, and no formula', async () => {
    const file = await readWhole(office.services, auditor, {
      ...{ ...searched, format: 'csv', zone: 'Asia/Kathmandu' },
    })
    expect(file.subarray(0, 3).toString('hex')).toBe('efbbbf')
    const [names = [], ...records] = parseCsv(file.subarray(3).toString())
    const last = records.pop()
    expect(last).toEqual([`end of export: ${NAMES.length + 1} rows`, ...Array(names.length - 1).fill('')])
    expect(new Set(records.map(({ length }) => length))).toEqual(new Set([names.length]))
    const cell = (record: string[] | undefined, name: string): string => record?.[names.indexOf(name)] ?? '?'
    expect(names.slice(0, 4)).toEqual(['id', 'at (UTC)', 'at (Asia/Kathmandu)', 'action'])
    expect(records.slice(0, NAMES.length).map((record) => cell(record, 'actor_name'))).toEqual(
      NAMES.map((name) => (/^[=+\-@\t\r＝－]/.test(name) ? `'${name}` : name)),
    )
    const [first] = records
    expect(cell(first, 'actor_roles')).toBe("'=a b")
    expect(cell(first, 'bytes')).toBe('7')
    expect(cell(first, 'after')).toBe('{"n": 1}')
    const utc = cell(first, 'at (UTC)')
    expect(utc).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
    const ahead = Date.parse(`${cell(first, 'at (Asia/Kathmandu)').replace(' ', 'T')}Z`) - Date.parse(utc)
    expect(Math.round(ahead / 60_000)).toBe(345)
  })

  test.each(['+02:00', '+02', '+0200'])(
    'of a zone by its difference, %s, is that much ahead',
    async (zone) => {
      const file = await readWhole(office.services, auditor, { ...searched, format: 'csv', zone })
      const [names = [], first = []] = parseCsv(file.subarray(3).toString())
      const local = first[names.indexOf('at (+02:00)')] ?? ''
      const ahead = Date.parse(`${local.replace(' ', 'T')}Z`) - Date.parse(first[1] ?? '')
      expect(Math.round(ahead / 60_000)).toBe(120)
    },
  )

  test('that is redacted has no column of what stands apart', async () => {
    const file = await readWhole(office.services, auditor, { ...searched, format: 'csv', redacted: '1' })
    const [names = []] = parseCsv(file.subarray(3).toString())
    expect(names).toContain('actor_subject')
    expect(names.filter((name) => /name$|email|reason$|case|address|agent/.test(name))).toEqual([])
    expect(file.toString()).not.toContain('Zoë')
  })
})

describe('JSON lines', () => {
  const read = async (actor: Actor, given = {}): Promise<Record<string, unknown>[]> => {
    const text = (
      await readWhole(office.services, actor, { format: 'jsonl', ...searched, ...given })
    ).toString()
    expect(text.endsWith('\n')).toBe(true)
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
  }

  test('are the rows oldest first, to the letter, and how many', async () => {
    const lines = await read(auditor)
    expect(lines.pop()).toEqual({ end: true, rows: NAMES.length + 1 })
    expect(lines.slice(0, NAMES.length).map(({ actor_name }) => actor_name)).toEqual(NAMES)
    expect(lines[0]).toMatchObject({
      actor_roles: ['=a', 'b'],
      bytes: 7,
      after: { n: 1 },
      actor_subject: 'sub',
    })
    expect(lines.map(({ id }) => Number(id))).toEqual(
      lines.map(({ id }) => Number(id)).toSorted((a, b) => a - b),
    )
  })

  test('are of the projects that the reader may export', async () => {
    expect((await read(ofRetail)).pop()).toEqual({ end: true, rows: NAMES.length })
    expect((await read(ofRetail, { project: 'Wealth' })).pop()).toEqual({ end: true, rows: 0 })
  })

  test('say “erased” where a value was dropped', async () => {
    const owner = await openSession(office.ownerUrl)
    const [row] = await owner.ask<{ event_id: string }>(
      `SELECT event_id FROM audit.audit_content WHERE actor_name = '😀'`,
    )
    await eraseValues(owner, row?.event_id ?? '')
    await owner.end()
    const found = (await read(auditor)).find(({ event_id }) => event_id === row?.event_id)
    expect(found).toMatchObject({ actor_name: 'erased' })
  })
})

describe('is on record', () => {
  test('before its first byte, with what was asked for, and of what was typed its length', async () => {
    const given = { format: 'csv', person: 'Robin', outcome: 'refused', from: '2026-01-01' }
    const file = await exportLog(office.services, auditor, given)
    const chunks = file.read(new AbortController().signal)
    await chunks.next()
    expect(await lastExport()).toEqual({
      ...{ action: 'log.exported', outcome: 'allowed', code: null },
      after: {
        ...{ format: 'csv', redacted: false },
        filter: { outcome: 'refused', personLength: 5, from: '2026-01-01T00:00:00.000Z' },
      },
    })
    await chunks.return(undefined)
  })

  test.each([
    [{ format: 'pdf' }],
    [{}],
    [{ format: ['csv', 'csv'] }],
    [{ format: 'csv', colour: 'red' }],
    [{ format: 'csv', redacted: 'perhaps' }],
    [{ format: 'bundle', redacted: 'constructor' }],
    [{ format: 'csv', anchor: '4' }],
    [{ format: 'bundle', anchor: '0' }],
    [{ format: 'bundle', anchor: '1e3' }],
    [{ format: 'csv', from: '2026-02-30' }],
    [{ format: 'csv', zone: 'Mars/Olympus' }],
    [{ format: 'csv', action: 'x'.repeat(10_000) }],
  ])('when it is refused for what it says: %j', async (given) => {
    const before = await lastExport()
    expect(await refusalOf(office.services, auditor, given)).toBe('request-invalid')
    const after = await lastExport()
    expect(after).not.toEqual(before === undefined ? null : { ...before, outcome: 'allowed' })
    expect(after).toMatchObject({ outcome: 'refused', code: 'request-invalid' })
    expect(JSON.stringify(after)).not.toContain('xxxxx')
  })
})

test('a third export of one person at once is refused, and so is a fifth of all; one may follow when one is through', async () => {
  const never = new AbortController().signal
  const begin = async (who: Actor) => {
    const chunks = (await exportLog(office.services, who, { format: 'csv' })).read(never)
    await chunks.next()
    return chunks
  }
  const begun = [await begin(auditor), await begin(auditor)]
  expect(await refusalOf(office.services, auditor, { format: 'csv' })).toBe('rate-limited')
  expect(await lastExport()).toMatchObject({ outcome: 'refused', code: 'rate-limited' })
  begun.push(await begin(ofRetail), await begin(ofRetail))
  const late = await office.hire('late', ['auditor'])
  await expect(begin(late)).rejects.toMatchObject({
    code: 'rate-limited',
    detail: expect.stringMatching(/^Other exports/),
  })
  await begun[0]?.return(undefined)
  expect(await refusalOf(office.services, auditor, { format: 'csv' })).toBeNull()
  for (const chunks of begun) await chunks.return(undefined)
})

test('whoever leaves ends the question in the database, in the middle of it', async () => {
  const owner = await openSession(office.ownerUrl)
  // Held up by a lock that somebody else has.
  await owner.ask('BEGIN')
  await owner.ask('LOCK TABLE audit.audit_content IN ACCESS EXCLUSIVE MODE')
  const leaving = new AbortController()
  // Of whom nothing stands there.
  const nameless = { ...auditor, name: null, email: null }
  const client = { ...auditor.client, address: null, userAgent: null }
  const reading = readWhole(office.services, { ...nameless, client }, { format: 'jsonl' }, leaving.signal)
  const waiting = async (): Promise<number> => {
    const rows = await writer.ask(
      `SELECT FROM pg_stat_activity WHERE application_name = 'recordroom export' AND wait_event_type = 'Lock'`,
    )
    return rows.length
  }
  await expect.poll(waiting).toBe(1)
  leaving.abort()
  await expect(reading).rejects.toThrow()
  await expect.poll(waiting).toBe(0)
  await owner.ask('ROLLBACK')
  await owner.end()
})

test('who fits a name is looked for over the export’s own connection, and keeps nobody from being put on record', async () => {
  const owner = await openSession(office.ownerUrl)
  await owner.ask('BEGIN')
  await owner.ask('LOCK TABLE people IN ACCESS EXCLUSIVE MODE')
  const reading = readWhole(office.services, auditor, { format: 'jsonl', person: 'Zoë' })
  const waiting = () =>
    writer.ask(
      `SELECT application_name AS by FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    )
  await expect.poll(waiting).toEqual([{ by: 'recordroom export' }])
  await owner.ask('ROLLBACK')
  expect((await reading).toString()).toContain('"end":true')
  await owner.end()
})

test('a reader reads what was there when it was opened', async () => {
  const reader = await openReader(office.services, AbortSignal.timeout(20_000))
  try {
    const { id } = await append(writer, { action: 'session.searched' })
    expect(await reader.ask(Prisma.sql`SELECT FROM audit.events WHERE id = ${id}::bigint`)).toEqual([])
  } finally {
    await reader.end()
  }
})
