import type { ByteRange } from './byte-range.ts'

export type AskedRange =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly range: ByteRange }
  | { readonly kind: 'unsatisfiable' }

const WHOLE: AskedRange = { kind: 'whole' }
const UNSATISFIABLE: AskedRange = { kind: 'unsatisfiable' }

/**
 * What a Range header asks of something of `sizeBytes` (RFC 9110 §14). A header that is malformed, reversed, of another
 * unit or of many ranges is as good as none: a server may always send the whole. Positions past 2^53 are read exactly.
 */
export function parseRange(header: string | null, sizeBytes: number): AskedRange {
  const [, first, last] = /^\s*bytes=(\d*)-(\d*)\s*$/i.exec(header ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return WHOLE
  if (first === '') return parseSuffix(last, sizeBytes)
  if (last !== '' && compareDigits(last, first) < 0) return WHOLE
  const start = Number(first)
  if (start >= sizeBytes) return UNSATISFIABLE
  const end = last === '' ? sizeBytes : Math.min(Number(last) + 1, sizeBytes)
  return { kind: 'part', range: { start, end } }
}

/** The last n bytes; the last 0 bytes are none, which cannot be sent, and of nothing there is only the whole. */
function parseSuffix(digits: string, sizeBytes: number): AskedRange {
  const length = Number(digits)
  if (length === 0) return UNSATISFIABLE
  if (sizeBytes === 0) return WHOLE
  return { kind: 'part', range: { start: Math.max(0, sizeBytes - length), end: sizeBytes } }
}

/** Numbers too long for a number: without leading zeros, the longer is the larger. */
function compareDigits(left: string, right: string): number {
  const a = left.replace(/^0+(?=\d)/, '')
  const b = right.replace(/^0+(?=\d)/, '')
  if (a.length !== b.length) return a.length - b.length
  return a < b ? -1 : a > b ? 1 : 0
}
