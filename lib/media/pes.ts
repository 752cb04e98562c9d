import { PACKET_BYTES } from './packet.ts'

/** The timestamps of a PES packet, raw: 33 bits of 90 kHz. */
export type PesStart = {
  readonly pts: number
  readonly dts: number
  /** Where its payload begins; may be the transport packet’s end. */
  readonly payloadAt: number
}

/**
 * Reads a PES header (ISO/IEC 13818-1 §2.4.3.6) whose first byte lies at `at` of the transport packet at `packetAt`.
 * Null when it has no PTS or does not fit into the packet: nothing can be cut there.
 */
export function readPesStart(bytes: Uint8Array, packetAt: number, at: number): PesStart | null {
  const end = packetAt + PACKET_BYTES
  if (at + 14 > end || bytes[at] !== 0 || bytes[at + 1] !== 0 || bytes[at + 2] !== 1) return null
  const flags = (bytes[at + 7] ?? 0) >> 6
  if ((flags & 2) === 0) return null
  const pts = readTimestamp(bytes, at + 9)
  const dts = flags === 3 && at + 19 <= end ? readTimestamp(bytes, at + 14) : pts
  return { pts, dts, payloadAt: Math.min(at + 9 + (bytes[at + 8] ?? 0), end) }
}

function readTimestamp(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] ?? 0) >> 1) & 7
  const middle = ((bytes[at + 1] ?? 0) << 7) | ((bytes[at + 2] ?? 0) >> 1)
  const low = ((bytes[at + 3] ?? 0) << 7) | ((bytes[at + 4] ?? 0) >> 1)
  return high * 2 ** 30 + middle * 2 ** 15 + low
}
