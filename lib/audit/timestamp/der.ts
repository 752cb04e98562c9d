// As much of DER (X.690) as a time stamp's request and answer need.

export type Element = { readonly tag: number; readonly content: Uint8Array }

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  octets: 0x04,
  none: 0x05,
  oid: 0x06,
  time: 0x18,
  sequence: 0x30,
  /** `[0]`, constructed. */
  first: 0xa0,
} as const

/** An element of this tag around these bytes. */
export function writeElement(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const bytes = Buffer.concat(content)
  return Buffer.concat([Buffer.from([tag, ...writeLength(bytes.length)]), bytes])
}

function writeLength(length: number): number[] {
  if (length < 0x80) return [length]
  const bytes: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return [0x80 | bytes.length, ...bytes]
}

/** A whole number that is not negative, big-endian, in as few bytes as it takes. */
export function writeInteger(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0)
  const least = first < 0 ? Buffer.from([0]) : bytes.subarray(first)
  const isHigh = (least[0] ?? 0) >= 0x80
  return writeElement(TAG.integer, isHigh ? Buffer.from([0]) : Buffer.alloc(0), least)
}

/** The elements that lie one after the other in these bytes; null when they are none, to the last byte. */
export function readElements(bytes: Uint8Array): Element[] | null {
  const elements: Element[] = []
  for (let at = 0; at < bytes.length; ) {
    const [tag = 0, first = 0] = bytes.subarray(at, at + 2)
    const isLong = first >= 0x80
    const lengthBytes = isLong ? first & 0x7f : 0
    // No length of its own is BER; one of more than four bytes is none of an answer that was read.
    if (bytes.length - at < 2 + lengthBytes || (isLong && (lengthBytes === 0 || lengthBytes > 4))) return null
    const start = at + 2 + lengthBytes
    const length = isLong ? Buffer.from(bytes.subarray(at + 2, start)).readUIntBE(0, lengthBytes) : first
    if (start + length > bytes.length) return null
    elements.push({ tag, content: bytes.subarray(start, start + length) })
    at = start + length
  }
  return elements
}

/** What lies within an element of this tag; null for another. */
export function within(element: Element | undefined, tag: number): Element[] | null {
  return element?.tag === tag ? readElements(element.content) : null
}
