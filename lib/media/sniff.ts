import { PACKET_BYTES, SYNC } from './packet.ts'

export type Container = 'ts' | 'mp4' | 'zip' | 'unknown'

/**
 * What a file is, by its first bytes and never by its name: an MPEG transport stream begins each packet of 188 bytes
 * with 0x47 (ISO/IEC 13818-1 §2.4.3.2), an MP4 has `ftyp` at 4 (ISO/IEC 14496-12 §4.3), a ZIP begins `PK\3\4`.
 */
export function sniffContainer(head: Uint8Array): Container {
  if (isTransportStream(head)) return 'ts'
  if (textAt(head, 4) === 'ftyp') return 'mp4'
  if (textAt(head, 0) === 'PK\u0003\u0004') return 'zip'
  return 'unknown'
}

/** One packet is too little to be sure of: any key decrypts to 0x47 once in 256 times. */
function isTransportStream(head: Uint8Array): boolean {
  return (
    head.length > 2 * PACKET_BYTES && [0, PACKET_BYTES, 2 * PACKET_BYTES].every((at) => head[at] === SYNC)
  )
}

function textAt(head: Uint8Array, at: number): string {
  return String.fromCharCode(...head.subarray(at, at + 4))
}
