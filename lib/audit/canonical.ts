// The lines that are hashed: the bytes of a row's line are what its leaf speaks for, and what an export prints.
import { canonicalInteger, canonicalJson, canonicalString, type JsonValue } from './canonical-json.ts'
import { type ColumnKind, LOG_COLUMNS, type LogColumn, type LogRow } from './log-row.ts'
import { HASH_BYTES } from './merkle.ts'

/** Form of the lines; another one would be another number. */
const FORM = 1

/**
 * A row's line: RFC 8785 JSON of its columns that are not null, named as in the table, and `v`, the line's form. Times
 * are UTC with microseconds (as these alone before 1970 and after 9999), bytes lower-case hex, whole numbers JSON numbers up to 2^53 and decimal strings beyond.
 * Whatever Postgres can hold has a line, so that no row can keep the others from being sealed. Throws RangeError for
 * what is no row as `LOG_ROW_SELECT` reads it.
 */
export function renderRowLine(row: LogRow): string {
  let line = ''
  for (const { key, column, render } of MEMBERS) {
    const value = column === null ? FORM_TEXT : row[column]
    if (value !== null) line += line === '' ? `{${key}${render(value)}` : `,${key}${render(value)}`
  }
  return `${line}}`
}

export type Block = {
  readonly series: number
  /** Counts from 0, over all series. */
  readonly number: number
  /** Hash of the block before, 64 zeros in hex for the first. */
  readonly previous: Uint8Array
  /** Root over the block's leaves. */
  readonly root: Uint8Array
  readonly count: number
  /** Transaction of its first row; null in a block without rows. */
  readonly firstTx: bigint | null
  /** Up to which row the log is sealed: transaction and number of its last one, those of the block before if it has none. */
  readonly throughTx: bigint
  readonly throughId: bigint
  /** Transactions below it had all ended when the rows were read. */
  readonly horizon: bigint
  /** Since 1970, by the database's clock. */
  readonly atMicroseconds: bigint
}

/**
 * A block's line: RFC 8785 JSON of `{at, count, first_tx, horizon, number, previous, root, series, through_id,
 * through_tx, v}`; `first_tx` is left out where there is none. Throws RangeError for hashes that are not 32 bytes and
 * for numbers that are not exact.
 */
export function renderBlockLine(block: Block): string {
  const firstTx = block.firstTx === null ? '' : `"first_tx":${canonicalInteger(block.firstTx)},`
  return [
    `{"at":${renderMoment(String(block.atMicroseconds))},"count":${canonicalInteger(block.count)},`,
    `${firstTx}"horizon":${canonicalInteger(block.horizon)},"number":${canonicalInteger(block.number)},`,
    `"previous":${renderHash(block.previous)},"root":${renderHash(block.root)},`,
    `"series":${canonicalInteger(block.series)},"through_id":${canonicalInteger(block.throughId)},`,
    `"through_tx":${canonicalInteger(block.throughTx)},"v":${FORM}}`,
  ].join('')
}

function renderHash(hash: Uint8Array): string {
  if (hash.length !== HASH_BYTES) throw new RangeError('a hash has 32 bytes')
  return `"${Buffer.from(hash).toString('hex')}"`
}

const RENDER: Readonly<Record<ColumnKind, (text: string) => string>> = {
  text: canonicalString,
  integer: renderInteger,
  moment: renderMoment,
  bytes: renderBytes,
  list: renderDocument,
  json: renderDocument,
}

const INTEGER = /^-?\d+$/
/** So many digits are safe however they are. */
const SAFE_DIGITS = 15

function renderInteger(digits: string): string {
  if (!INTEGER.test(digits)) throw new RangeError('a column of whole numbers holds none')
  return digits.length <= SAFE_DIGITS ? digits : canonicalInteger(BigInt(digits))
}

const HEX = /^(?:[0-9a-f]{2})*$/

function renderBytes(hex: string): string {
  if (!HEX.test(hex)) throw new RangeError('a column of bytes holds no hex')
  return `"${hex}"`
}

const DAY_MS = 86_400_000
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999)
const TWO_DIGITS = Array.from({ length: 60 }, (_, count) => String(count).padStart(2, '0'))
const MOMENT = /^\d{1,18}$/
const OUT_OF_REASON = /^-?(?:\d+|infinity)$/

/** `2026-11-24T10:00:00.123456Z`; what lies before 1970 or after 9999 is left as it came: it too is on record. */
function renderMoment(microseconds: string): string {
  const ms = MOMENT.test(microseconds) ? Number(microseconds.slice(0, -3)) : Number.POSITIVE_INFINITY
  if (ms > LAST_MS) {
    if (!OUT_OF_REASON.test(microseconds)) throw new RangeError('a column of moments holds none')
    return `"${microseconds}"`
  }
  const inDay = ms % DAY_MS
  const time = [inDay / 3_600_000, (inDay / 60_000) % 60, (inDay / 1000) % 60].map(
    (count) => TWO_DIGITS[Math.floor(count)],
  )
  const fraction = String(ms % 1000).padStart(3, '0') + microseconds.slice(-3).padStart(3, '0')
  return `"${renderDay((ms - inDay) / DAY_MS)}T${time.join(':')}.${fraction}Z"`
}

// Rows come day by day, and asking Date for each is a fifth of a line's cost.
let lastDay = { day: 0, text: '1970-01-01' }

function renderDay(day: number): string {
  if (lastDay.day !== day) lastDay = { day, text: new Date(day * DAY_MS).toISOString().slice(0, 10) }
  return lastDay.text
}

/** Postgres holds numbers and depths that have no canonical JSON; its own text of them is written then, as a string. */
function renderDocument(text: string): string {
  const value = parseDocument(text)
  try {
    return canonicalJson(value)
  } catch (error) {
    if (error instanceof RangeError) return canonicalString(text)
    throw error
  }
}

function parseDocument(text: string): JsonValue {
  return JSON.parse(text) as JsonValue
}

type Member = {
  readonly key: string
  /** Null for the line's form, which no column holds. */
  readonly column: LogColumn | null
  readonly render: (text: string) => string
}

const FORM_TEXT = String(FORM)

const MEMBERS: readonly Member[] = [
  { key: '"v":', column: null, render: renderInteger } satisfies Member,
  ...parseColumns().map((column) => ({ key: `"${column}":`, column, render: RENDER[LOG_COLUMNS[column]] })),
].sort((one, other) => (one.key < other.key ? -1 : 1))

function parseColumns(): LogColumn[] {
  return Object.keys(LOG_COLUMNS) as LogColumn[]
}
