/** A transport stream is packets of 188 bytes, each beginning with 0x47 (ISO/IEC 13818-1 §2.4.3.2). */
export const PACKET_BYTES = 188
export const SYNC = 0x47

/** The stream a packet belongs to. */
export function packetPid(bytes: Uint8Array, at: number): number {
  return (((bytes[at + 1] ?? 0) & 0x1f) << 8) | (bytes[at + 2] ?? 0)
}

/** Whether a new section or PES packet begins in this packet. */
export function startsUnit(bytes: Uint8Array, at: number): boolean {
  return ((bytes[at + 1] ?? 0) & 0x40) !== 0
}

/** Where a packet’s payload begins; the packet’s end when it has none. */
export function payloadStart(bytes: Uint8Array, at: number): number {
  const control = bytes[at + 3] ?? 0
  if ((control & 0x10) === 0) return at + PACKET_BYTES
  const adaptationBytes = (control & 0x20) === 0 ? 0 : 1 + (bytes[at + 4] ?? 0)
  return Math.min(at + 4 + adaptationBytes, at + PACKET_BYTES)
}

/** Whether the packet says that decoding can begin with it (`random_access_indicator`). */
export function isRandomAccess(bytes: Uint8Array, at: number): boolean {
  const hasAdaptation = ((bytes[at + 3] ?? 0) & 0x20) !== 0 && (bytes[at + 4] ?? 0) > 0
  return hasAdaptation && ((bytes[at + 5] ?? 0) & 0x40) !== 0
}

/**
 * Where packets begin at or after `from`: the first of three syncs in a row, or of as many as the rest holds. −1 when
 * there is none.
 */
export function findSync(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(SYNC, from); at >= 0; at = bytes.indexOf(SYNC, at + 1)) {
    const second = bytes[at + PACKET_BYTES] ?? SYNC
    const third = bytes[at + 2 * PACKET_BYTES] ?? SYNC
    if (second === SYNC && third === SYNC) return at
  }
  return -1
}
