/** What JSON can say. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }

/** So deep may lists and objects stand in each other: more than anybody means, and no reader's stack ends before. */
export const MOST_LEVELS = 100

/**
 * JSON in its one spelling (RFC 8785): no spaces, keys in the order of their UTF-16 units, strings and numbers as
 * ECMAScript writes them. Throws RangeError for what has none here: a number that is not finite, half a surrogate
 * pair, more than 100 levels, and whatever is no JSON.
 */
export function canonicalJson(value: JsonValue): string {
  return render(value, MOST_LEVELS)
}

function render(value: JsonValue, levels: number): string {
  switch (typeof value) {
    case 'string':
      return canonicalString(value)
    case 'number':
      if (!Number.isFinite(value)) throw new RangeError('JSON has no number that is not finite')
      return String(value)
    case 'boolean':
      return String(value)
    case 'object':
      if (value === null) return 'null'
      if (levels === 0) throw new RangeError(`JSON is written ${MOST_LEVELS} levels deep`)
      return isList(value)
        ? `[${value.map((each) => render(each, levels - 1)).join(',')}]`
        : renderObject(value, levels - 1)
    default:
      throw new RangeError(`JSON has no ${typeof value}`)
  }
}

/** ASCII that stands for itself. */
const PLAIN = /^[ !#-[\]-~]*$/

/** A string in its one spelling (RFC 8785 §3.2.2.2). Throws RangeError for half a surrogate pair. */
export function canonicalString(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`
  if (!text.isWellFormed()) throw new RangeError('JSON has no half of a surrogate pair')
  return JSON.stringify(text)
}

/**
 * A whole number of ours: as a number where every reader keeps it exact, else its digits as a string (RFC 8785
 * appendix D). A number that is itself not exact is refused with RangeError.
 */
export function canonicalInteger(value: number | bigint): string {
  const isExact = Number.isSafeInteger(Number(value))
  if (typeof value === 'bigint') return isExact ? String(value) : `"${value}"`
  if (!isExact) throw new RangeError('only whole numbers below 2^53 are written')
  return String(value)
}

function renderObject(members: { readonly [key: string]: JsonValue }, levels: number): string {
  // Text is compared by its UTF-16 units, as RFC 8785 §3.2.3 wants.
  const sorted = Object.entries(members).sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${sorted.map(([key, value]) => `${canonicalString(key)}:${render(value, levels)}`).join(',')}}`
}

function isList(value: object): value is readonly JsonValue[] {
  return Array.isArray(value)
}
