import { BundleFault } from './verify-fault.ts'
import {
  type BundleObject,
  type BundleValue,
  bytesOfHex,
  hasOnly,
  isWholeNumber,
  parseCanonicalObject,
} from './verify-json.ts'

/** What a block's line says, as far as it is checked. */
export type BlockLine = {
  readonly number: number
  readonly series: number
  readonly previous: string
  readonly root: Uint8Array
  readonly count: number
}

/** More rows than a block has. */
const MOST_ROWS = 65_536
const MEMBERS_OF_BLOCK = [
  ...['v', 'series', 'number', 'previous', 'root', 'count', 'through_tx', 'through_id', 'horizon', 'at'],
]

/** Reads a block's line; throws BundleFault, naming where it stands, when it has not its form. */
export function parseBlockLine(text: string, where: string): BlockLine {
  const value = parseCanonicalObject(text)
  if (value === null || !hasOnly(value, membersOf(value)) || value.v !== 1)
    throw new BundleFault(where, 'the block has not the form of one')
  const { number, series, previous, count } = value
  const root = bytesOfHex(value.root, 32)
  const isFormed =
    isWholeNumber(number) &&
    isWholeNumber(series) &&
    isWholeNumber(count) &&
    typeof previous === 'string' &&
    bytesOfHex(previous, 32) !== null &&
    ['through_tx', 'through_id', 'horizon', 'first_tx'].every((name) => isDigits(value[name])) &&
    typeof value.at === 'string'
  if (!isFormed || root === null) throw new BundleFault(where, 'the block has not the form of one')
  if (count > MOST_ROWS) throw new BundleFault(where, `the block has more than ${MOST_ROWS} rows`)
  return { number, series, previous, root, count }
}

/** A block without rows has no first transaction. */
function membersOf(value: BundleObject): string[] {
  return Object.hasOwn(value, 'first_tx') ? [...MEMBERS_OF_BLOCK, 'first_tx'] : MEMBERS_OF_BLOCK
}

/** A number, or its digits where it is not exact as one. */
function isDigits(value: BundleValue | undefined): boolean {
  return (
    value === undefined ||
    typeof value === 'number' ||
    (typeof value === 'string' && /^-?\d{16,20}$/.test(value))
  )
}
