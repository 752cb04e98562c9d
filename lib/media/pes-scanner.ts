import { createKeyframeFinder } from './keyframe-finder.ts'
import { findSync, isRandomAccess, PACKET_BYTES, payloadStart, SYNC } from './packet.ts'
import { readPesStart } from './pes.ts'
import { createProgramReader, type Program } from './program.ts'

/** One PES packet that can be cut at. Timestamps are raw. */
export type Pes = {
  readonly track: 'video' | 'audio'
  /** Byte offset of the transport packet it begins in. */
  readonly offset: number
  readonly pts: number
  readonly dts: number
  readonly isKey: boolean
}

export interface PesScanner {
  /** Takes the next bytes; chunks may be of any length, and are not kept. */
  push(chunk: Uint8Array): void
  /** Says that nothing comes any more; the last frame, if still undecided, counts as no keyframe. */
  finish(): void
  /** Null until PAT and PMT have been seen. */
  program(): Program | null
  /** Bytes of the last audio PES packet, header excluded, as far as seen. */
  lastAudio(): Uint8Array
}

/** An audio PES packet is at most 64 KiB. */
const MAX_AUDIO_BYTES = 65_536

/**
 * Walks a transport stream once and tells of every PES packet with a timestamp, in the order of their bytes save that a
 * video frame is told once it is known whether it is a keyframe. Resynchronises after broken packets.
 * `baseOffset` is the offset of the first byte pushed; `known` the program, when the bytes may not hold its tables.
 */
export function createPesScanner(
  onPes: (pes: Pes) => void,
  { baseOffset, known }: { readonly baseOffset: number; readonly known: Program | null },
): PesScanner {
  const tables = createProgramReader()
  const lastAudio = new Uint8Array(MAX_AUDIO_BYTES)
  const carry = new Uint8Array(3 * PACKET_BYTES)
  let carried = 0
  let position = baseOffset
  let program: Program | null = null
  let videoPid = -1
  let audioPid = -1
  let finder = createKeyframeFinder('h264')
  let undecided: Omit<Pes, 'isKey'> | null = null
  let lastAudioBytes = 0
  if (known) takeProgram(known)

  return {
    push,
    finish() {
      if (carried > 0) walk(carry.subarray(0, carried), position - carried, true)
      carried = 0
      settle(false)
    },
    program: () => program,
    lastAudio: () => lastAudio.subarray(0, lastAudioBytes),
  }

  function takeProgram(found: Program): void {
    program = found
    videoPid = found.video?.pid ?? -1
    audioPid = found.audio?.pid ?? -1
    finder = createKeyframeFinder(found.video?.codec ?? 'h264')
  }

  function push(chunk: Uint8Array): void {
    let from = 0
    while (carried > 0 && from < chunk.length) {
      const added = Math.min(PACKET_BYTES - (carried % PACKET_BYTES), chunk.length - from)
      carry.set(chunk.subarray(from, from + added), carried)
      carried += added
      from += added
      position += added
      if (carried % PACKET_BYTES !== 0) return
      const walked = walk(carry.subarray(0, carried), position - carried, false)
      carry.copyWithin(0, walked, carried)
      carried -= walked
    }
    if (from === chunk.length) return
    const rest = from === 0 ? chunk : chunk.subarray(from)
    const walked = walk(rest, position, false)
    position += rest.length
    carried = rest.length - walked
    carry.set(rest.subarray(walked))
  }

  /** Reads all whole packets; how many bytes are done with. Less than three packets’ length is left to be carried over. */
  function walk(bytes: Uint8Array, base: number, isLast: boolean): number {
    let at = 0
    const end = bytes.length - PACKET_BYTES
    while (at <= end) {
      if (bytes[at] !== SYNC) {
        const sync = findSync(bytes, at)
        if (sync < 0) return bytes.length
        // Too near the end for others to follow and confirm it: it waits for the next bytes.
        if (sync > end - 2 * PACKET_BYTES && !isLast) return sync
        if (sync > end) return bytes.length
        at = sync
      }
      const second = bytes[at + 1] ?? 0
      const pid = ((second & 0x1f) << 8) | (bytes[at + 2] ?? 0)
      const startsUnit = (second & 0x40) !== 0
      if (pid === videoPid) {
        if (startsUnit) startVideo(bytes, at, base)
        else if (undecided) continueVideo(bytes, at)
      } else if (pid === audioPid) takeAudio(bytes, at, { base, startsUnit })
      else if (program === null) {
        const found = tables.push(bytes, at)
        if (found) takeProgram(found)
      }
      at += PACKET_BYTES
    }
    return at
  }

  function startVideo(bytes: Uint8Array, at: number, base: number): void {
    const start = readPesStart(bytes, at, payloadStart(bytes, at))
    if (!start) {
      // A PES packet without a timestamp goes on with the frame of the one before.
      if (undecided) continueVideo(bytes, at)
      return
    }
    settle(false)
    undecided = { track: 'video', offset: base + at, pts: start.pts, dts: start.dts }
    if (isRandomAccess(bytes, at)) {
      settle(true)
      return
    }
    finder.reset()
    decide(bytes, start.payloadAt, at + PACKET_BYTES)
  }

  function continueVideo(bytes: Uint8Array, at: number): void {
    decide(bytes, payloadStart(bytes, at), at + PACKET_BYTES)
  }

  function decide(bytes: Uint8Array, from: number, to: number): void {
    const verdict = finder.push(bytes, from, to)
    if (verdict !== 'undecided') settle(verdict === 'key')
  }

  function settle(isKey: boolean): void {
    if (!undecided) return
    const { track, offset, pts, dts } = undecided
    undecided = null
    onPes({ track, offset, pts, dts, isKey })
  }

  function takeAudio(
    bytes: Uint8Array,
    at: number,
    { base, startsUnit }: { readonly base: number; readonly startsUnit: boolean },
  ): void {
    const payload = payloadStart(bytes, at)
    const end = at + PACKET_BYTES
    if (!startsUnit) {
      keepAudio(bytes, payload, end)
      return
    }
    const start = readPesStart(bytes, at, payload)
    if (!start) return
    onPes({ track: 'audio', offset: base + at, pts: start.pts, dts: start.dts, isKey: false })
    lastAudioBytes = 0
    keepAudio(bytes, start.payloadAt, end)
  }

  function keepAudio(bytes: Uint8Array, from: number, to: number): void {
    if (lastAudioBytes + to - from > MAX_AUDIO_BYTES) return
    lastAudio.set(bytes.subarray(from, to), lastAudioBytes)
    lastAudioBytes += to - from
  }
}
