import { PACKET_BYTES, packetPid, payloadStart, startsUnit } from './packet.ts'

export type Codec = 'h264' | 'h265' | 'aac' | 'other'
export type Track = { readonly pid: number; readonly codec: Codec }

/** What a transport stream’s tables say is in it. Plain JSON. */
export type Program = {
  readonly video: Track | null
  readonly audio: Track | null
  /** PAT and PMT as whole packets, base64: what every segment must begin with (RFC 8216 §3.2). */
  readonly patPmt: string
}

/** Stream types of ISO/IEC 13818-1 table 2-34, and of those that are commonly added to them. */
const VIDEO_CODECS = new Map<number, Codec>([
  [0x1b, 'h264'],
  [0x24, 'h265'],
])
const AUDIO_CODECS = new Map<number, Codec>([
  [0x0f, 'aac'],
  [0x03, 'other'],
  [0x04, 'other'],
  [0x11, 'other'],
  [0x81, 'other'],
])

export interface ProgramReader {
  /** Takes one packet; the program once both of its tables are whole. */
  push(bytes: Uint8Array, at: number): Program | null
}

/** Finds the first program of a transport stream, its PMT on any PID and its tables over any number of packets. */
export function createProgramReader(): ProgramReader {
  const pat = createSectionReader(0x00)
  const pmt = createSectionReader(0x02)
  let patSection: Uint8Array | null = null
  let pmtPid = -1
  return {
    push(bytes, at) {
      const pid = packetPid(bytes, at)
      if (pid === 0 && patSection === null) {
        const section = pat.push(bytes, at)
        pmtPid = section ? findPmtPid(section) : -1
        if (section && pmtPid >= 0) patSection = section
        return null
      }
      if (pid !== pmtPid || patSection === null) return null
      const section = pmt.push(bytes, at)
      const tracks = section && findTracks(section)
      if (!section || !tracks) return null
      const packets = [...packetise(0, patSection), ...packetise(pmtPid, section)]
      return { ...tracks, patPmt: Buffer.concat(packets).toString('base64') }
    },
  }
}

/** Puts one table’s sections together; a section cut off by the next one is dropped. */
function createSectionReader(tableId: number) {
  let parts: Uint8Array[] = []
  let begun = false
  return {
    push(bytes: Uint8Array, at: number): Uint8Array | null {
      let from = payloadStart(bytes, at)
      const end = at + PACKET_BYTES
      if (from >= end) return null
      if (startsUnit(bytes, at)) {
        from += 1 + (bytes[from] ?? 0)
        begun = from < end
        parts = []
      }
      if (!begun) return null
      parts.push(bytes.slice(from, end))
      const gathered = Buffer.concat(parts)
      if (gathered.length < 3) return null
      const section = gathered.subarray(0, 3 + (gathered.readUInt16BE(1) & 0xfff))
      if (section.length < 3 + (gathered.readUInt16BE(1) & 0xfff)) return null
      begun = false
      return section[0] === tableId && section.length > 12 ? section : null
    },
  }
}

function findPmtPid(pat: Uint8Array): number {
  for (let at = 8; at + 4 <= pat.length - 4; at += 4) {
    const programNumber = word(pat, at)
    if (programNumber !== 0) return word(pat, at + 2) & 0x1fff
  }
  return -1
}

function findTracks(pmt: Uint8Array): { video: Track | null; audio: Track | null } | null {
  let video: Track | null = null
  let audio: Track | null = null
  let at = 12 + (word(pmt, 10) & 0xfff)
  while (at + 5 <= pmt.length - 4) {
    const type = pmt[at] ?? 0
    const pid = word(pmt, at + 1) & 0x1fff
    const videoCodec = VIDEO_CODECS.get(type)
    const audioCodec = AUDIO_CODECS.get(type)
    if (videoCodec) video ??= { pid, codec: videoCodec }
    if (audioCodec) audio ??= { pid, codec: audioCodec }
    at += 5 + (word(pmt, at + 3) & 0xfff)
  }
  return video || audio ? { video, audio } : null
}

/** A section as packets of its own, so that no packet carries the beginning of anything else. */
function packetise(pid: number, section: Uint8Array): Uint8Array[] {
  const payload = Buffer.concat([Uint8Array.of(0), section])
  const packets: Uint8Array[] = []
  for (let from = 0; from < payload.length; from += PACKET_BYTES - 4) {
    const packet = Buffer.alloc(PACKET_BYTES, 0xff)
    const unitStart = from === 0 ? 0x40 : 0
    packet.set([0x47, unitStart | (pid >> 8), pid & 0xff, 0x10 | (packets.length & 0x0f)])
    packet.set(payload.subarray(from, from + PACKET_BYTES - 4), 4)
    packets.push(packet)
  }
  return packets
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}
