import { AppError } from '../errors.ts'
import type { ReadRange } from '../http/byte-range.ts'
import { ticksBetween } from './clock.ts'
import { PACKET_BYTES } from './packet.ts'
import { createPesScanner, type Pes, type PesScanner } from './pes-scanner.ts'
import type { Program } from './program.ts'
import { readBytes } from './read-bytes.ts'

/** Whole packets, and within what is read to find out what a file is. */
const HEAD_BYTES = 340 * PACKET_BYTES
/** How far in the second of two tracks is looked for. */
const ENOUGH_HEAD_BYTES = 4 * HEAD_BYTES
/** How far in the tables may begin, for a stream that does not put them first. */
const MAX_HEAD_BYTES = 16 * HEAD_BYTES

export type Head = {
  readonly program: Program
  /** More come as more is pushed. */
  readonly frames: readonly Pes[]
  readonly scanner: PesScanner
  /** How far was read. */
  readonly end: number
}

/** Reads a transport stream until its tables are seen. Throws `archive-container-unknown` where they are not. */
export async function readHead(read: ReadRange, sizeBytes: number, signal: AbortSignal): Promise<Head> {
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

/**
 * The first timestamp of any track; reads on while a track has not shown itself, up to a point.
 * Throws `archive-container-unknown` where there is neither picture nor sound.
 */
export async function readStart(
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

/** The earliest of the tracks’ first timestamps. */
function findStart(frames: readonly Pes[]): number | null {
  const video = frames.find((pes) => pes.track === 'video')?.pts
  const audio = frames.find((pes) => pes.track === 'audio')?.pts
  if (video === undefined || audio === undefined) return video ?? audio ?? null
  return ticksBetween(video, audio) < 0 ? audio : video
}
