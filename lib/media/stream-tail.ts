import type { ReadRange } from '../http/byte-range.ts'
import { findSoundEnd } from './audio-frames.ts'
import { MAX_FRAME_TICKS, ticksSince } from './clock.ts'
import { PACKET_BYTES } from './packet.ts'
import { createPesScanner, type Pes } from './pes-scanner.ts'
import type { Program } from './program.ts'
import { readBytes } from './read-bytes.ts'

const TAIL_BYTES = 680 * PACKET_BYTES

export type Tail = { readonly frames: readonly Pes[]; readonly lastAudio: Uint8Array }

/** Reads a transport stream’s end, and back from there until a frame is seen. */
export async function readTail(
  read: ReadRange,
  { program, sizeBytes }: { readonly program: Program; readonly sizeBytes: number },
  signal: AbortSignal,
): Promise<Tail> {
  const end = sizeBytes - (sizeBytes % PACKET_BYTES)
  for (let length = TAIL_BYTES; ; length *= 4) {
    const start = Math.max(0, end - length)
    const frames: Pes[] = []
    const scanner = createPesScanner((pes) => frames.push(pes), { baseOffset: start, known: program })
    scanner.push(await readBytes(read, { start, end }, signal))
    scanner.finish()
    if (frames.length > 0 || start === 0) return { frames, lastAudio: scanner.lastAudio() }
  }
}

/** Where the later of the tracks ends, in ticks since the start. */
export function findEnd(frames: readonly Pes[], startPts: number, lastAudio: Uint8Array): number {
  const lastTwo = (track: Pes['track']): [number, number] => {
    const times = frames.filter((pes) => pes.track === track).map((pes) => ticksSince(startPts, pes.pts))
    const [last = 0, before = last] = [...new Set(times)].sort((a, b) => b - a)
    return [last, before]
  }
  const [picture, pictureBefore] = lastTwo('video')
  const pictureEnd = picture + Math.min(picture - pictureBefore, MAX_FRAME_TICKS)
  return Math.max(pictureEnd, findSoundEnd(...lastTwo('audio'), lastAudio))
}
