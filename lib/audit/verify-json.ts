// JSON of a bundle: read only in its one spelling (RFC 8785), so that no two readers can see two things in it.

export type BundleValue = null | boolean | number | string | readonly BundleValue[] | BundleObject
export type BundleObject = { readonly [key: string]: BundleValue }

const MOST_JSON_LEVELS = 100
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Bytes as text; null when they are no UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes)
  } catch {
    return null
  }
}

/** A value of JSON, however it is spelled; undefined when the text is none. */
export function parseAnyJson(text: string): BundleValue | undefined {
  try {
    return JSON.parse(text) as BundleValue
  } catch {
    return undefined
  }
}

/**
 * An object in its one spelling; null for anything else. Bundles have whole numbers below 2^53 and no others: how a
 * fraction is spelled is where readers differ.
 */
export function parseCanonicalObject(text: string): BundleObject | null {
  const value = parseAnyJson(text)
  return isObject(value) && spell(value, MOST_JSON_LEVELS) === text ? value : null
}

/** The one spelling of what `parseCanonicalObject` gave. */
export function spellObject(value: BundleObject): string {
  return spell(value, MOST_JSON_LEVELS) ?? ''
}

function spell(value: BundleValue, levels: number): string | null {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : null
  if (typeof value === 'string') return value.isWellFormed() ? JSON.stringify(value) : null
  if (levels === 0) return null
  const members: (string | null)[] = isObject(value)
    ? Object.keys(value)
        .sort()
        .map((key) => joinMember(spell(key, 1), spell(value[key] ?? null, levels - 1)))
    : value.map((each) => spell(each, levels - 1))
  if (members.includes(null)) return null
  return isObject(value) ? `{${members.join(',')}}` : `[${members.join(',')}]`
}

function joinMember(key: string | null, value: string | null): string | null {
  return key === null || value === null ? null : `${key}:${value}`
}

export function isObject(value: BundleValue | undefined): value is BundleObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether the object has exactly these members. */
export function hasOnly(value: BundleObject, names: readonly string[]): boolean {
  return Object.keys(value).length === names.length && names.every((name) => Object.hasOwn(value, name))
}

export function isWholeNumber(value: BundleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

/** Bytes out of hex of this length; null for anything else. */
export function bytesOfHex(value: BundleValue | undefined, length: number): Uint8Array | null {
  if (typeof value !== 'string' || value.length !== 2 * length || !/^[0-9a-f]*$/.test(value)) return null
  return Uint8Array.from({ length }, (_, at) => Number.parseInt(value.slice(2 * at, 2 * at + 2), 16))
}

const HEX_BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

export function hexOf(bytes: Uint8Array): string {
  let hex = ''
  for (let at = 0; at < bytes.length; at += 1) hex += HEX_BYTES[bytes[at] ?? 0]
  return hex
}

/** Bytes out of base64 in its one spelling; null for anything else. */
export function bytesOfBase64(value: BundleValue | undefined): Uint8Array | null {
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(value) || value.length % 4 !== 0)
    return null
  const binary = atob(value)
  if (btoa(binary) !== value) return null
  const bytes = new Uint8Array(binary.length)
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at)
  return bytes
}
