import { AppError } from '../errors.ts'
import type { ReadRange } from '../http/byte-range.ts'
import { findSoundEnd } from './audio-frames.ts'
import { BEFORE_START_TICKS, MAX_FRAME_TICKS, TICKS_PER_SECOND, ticksBetween, ticksSince } from './clock.ts'
import { PACKET_BYTES } from './packet.ts'
import { createPesScanner, type Pes, type PesScanner } from './pes-scanner.ts'
import type { Program } from './program.ts'
import { readBytes } from './read-bytes.ts'
import { isSteady, isSuspect } from './steadiness.ts'

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

/** Whole packets, and together under 200 KB. */
const HEAD_BYTES = 340 * PACKET_BYTES
const TAIL_BYTES = 680 * PACKET_BYTES
/** How far in the second of two tracks is looked for. */
const ENOUGH_HEAD_BYTES = 4 * HEAD_BYTES
/** How far in the tables may begin, for a stream that does not put them first. */
const MAX_HEAD_BYTES = 16 * HEAD_BYTES

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

type Head = {
  readonly program: Program
  /** More come as more is pushed. */
  readonly frames: readonly Pes[]
  readonly scanner: PesScanner
  /** How far was read. */
  readonly end: number
}

/** Reads until the tables are seen. */
async function readHead(read: ReadRange, sizeBytes: number, signal: AbortSignal): Promise<Head> {
  const frames: Pes[] = []
  const scanner = createPesScanner((pes) => frames.push(pes), { baseOffset: 0, known: null })
  for (let start = 0, end = Math.min(HEAD_BYTES, sizeBytes); ; ) {
    scanner.push(await readBytes(read, { start, end }, signal))
    const program = scanner.program()
    if (program) return { program, frames, scanner, end }
    if (end === sizeBytes || end >= MAX_HEAD_BYTES) {
      throw new AppError(
        'archive-container-unknown',
        'The transport stream does not say what it holds: its tables (PAT, PMT) are missing.',
      )
    }
    start = end
    end = Math.min(4 * end, sizeBytes)
  }
}

/** The first timestamp of any track; reads on while a track has not shown itself, up to a point. */
async function readStart(
  read: ReadRange,
  { program, frames, scanner, end, sizeBytes }: Head & { readonly sizeBytes: number },
  signal: AbortSignal,
): Promise<number> {
  for (let at = end; !showsTracks(program, frames) && at < sizeBytes; ) {
    if (at >= (frames.length > 0 ? ENOUGH_HEAD_BYTES : MAX_HEAD_BYTES)) break
    const range = { start: at, end: Math.min(4 * at, sizeBytes) }
    scanner.push(await readBytes(read, range, signal))
    at = range.end
  }
  scanner.finish()
  const startPts = findStart(frames)
  if (startPts !== null) return startPts
  throw new AppError('archive-container-unknown', 'The transport stream holds neither picture nor sound.')
}

function showsTracks({ video, audio }: Program, frames: readonly Pes[]): boolean {
  const shows = (track: Pes['track']) => frames.some((pes) => pes.track === track)
  return (!video || shows('video')) && (!audio || shows('audio'))
}

type Tail = { readonly frames: readonly Pes[]; readonly lastAudio: Uint8Array }

async function readTail(
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

/** The earliest of the tracks’ first timestamps. */
function findStart(frames: readonly Pes[]): number | null {
  const video = frames.find((pes) => pes.track === 'video')?.pts
  const audio = frames.find((pes) => pes.track === 'audio')?.pts
  if (video === undefined || audio === undefined) return video ?? audio ?? null
  return ticksBetween(video, audio) < 0 ? audio : video
}

/** Where the later of the tracks ends, in ticks since the start. */
function findEnd(frames: readonly Pes[], startPts: number, lastAudio: Uint8Array): number {
  const lastTwo = (track: Pes['track']): [number, number] => {
    const times = frames.filter((pes) => pes.track === track).map((pes) => ticksSince(startPts, pes.pts))
    const [last = 0, before = last] = [...new Set(times)].sort((a, b) => b - a)
    return [last, before]
  }
  const [picture, pictureBefore] = lastTwo('video')
  const pictureEnd = picture + Math.min(picture - pictureBefore, MAX_FRAME_TICKS)
  return Math.max(pictureEnd, findSoundEnd(...lastTwo('audio'), lastAudio))
}
