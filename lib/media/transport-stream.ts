import type { ReadRange } from '../http/byte-range.ts'
import { BEFORE_START_TICKS, TICKS_PER_SECOND, ticksBetween } from './clock.ts'
import type { Program } from './program.ts'
import { isSteady, isSuspect } from './steadiness.ts'
import { readHead, readStart } from './stream-head.ts'
import { findEnd, readTail } from './stream-tail.ts'

/** What a look at a transport stream’s head and tail tells. Plain JSON; holds nothing of picture or sound. */
export type TransportStream = Program & {
  /** Of the plaintext, padding excluded. */
  readonly sizeBytes: number
  /** From the first frame shown or heard to the end of the last, pauses included. */
  readonly durationSeconds: number
  /** Timestamps were seen to begin anew on the way: only `buildKeyframeIndex` can measure and cut it. */
  readonly beginsAnew: boolean
  /** The first timestamp, raw: 90 kHz in 33 bits. */
  readonly startPts: number
  readonly hasVideo: boolean
  readonly hasAudio: boolean
  /** When the first keyframe is shown, seconds from the start; 0 where the head shows none. */
  readonly keyframeAtSeconds: number
  /** From the first keyframe to the second, where the head shows both. */
  readonly keyframeSeconds: number | null
}

/**
 * Learns of a transport stream what playing needs, from its head and its tail: under 200 KB in two reads, unless a
 * track or the tables come late or the tail has no timestamps, when it reads on, or the two do not fit together, when it
 * looks in between.
 * Throws `archive-container-unknown` where there is nothing to play.
 */
export async function openTransportStream(
  read: ReadRange,
  sizeBytes: number,
  signal: AbortSignal,
): Promise<TransportStream> {
  const head = await readHead(read, sizeBytes, signal)
  const { program } = head
  // What else the head has to tell, and what the tail does, take one wait and not two.
  const [startPts, tail] = await Promise.all([
    readStart(read, { ...head, sizeBytes }, signal),
    readTail(read, { program, sizeBytes }, signal),
  ])
  const seen = [...head.frames, ...tail.frames]
  const hasVideo = seen.some((pes) => pes.track === 'video')
  const hasAudio = seen.some((pes) => pes.track === 'audio')
  const [first, second] = head.frames.filter((pes) => pes.isKey)
  const stream = {
    video: hasVideo ? program.video : null,
    audio: hasAudio ? program.audio : null,
    patPmt: program.patPmt,
    sizeBytes,
    durationSeconds: Math.max(0, findEnd(seen, startPts, tail.lastAudio)) / TICKS_PER_SECOND,
    beginsAnew: tail.frames.some((pes) => ticksBetween(startPts, pes.pts) < -BEFORE_START_TICKS),
    startPts,
    hasVideo,
    hasAudio,
    keyframeAtSeconds: first ? Math.max(0, ticksBetween(startPts, first.pts)) / TICKS_PER_SECOND : 0,
    keyframeSeconds: first && second ? ticksBetween(first.pts, second.pts) / TICKS_PER_SECOND : null,
  }
  // An end that lies before the start would be taken for one more than a day later.
  if (stream.beginsAnew) return { ...stream, durationSeconds: 0 }
  const isFine = !isSuspect(stream, [head.frames, tail.frames]) || (await isSteady(read, stream, signal))
  return { ...stream, beginsAnew: !isFine }
}
