import { AppError } from '../errors.ts'
import type { ReadRange } from '../http/byte-range.ts'
import { readBytes } from './read-bytes.ts'

/** A box as its header tells of it (ISO/IEC 14496-12 §4.2); `end` may lie beyond the end of the file. */
type Box = { readonly type: string; readonly bodyAt: number; readonly end: number }

/** Bytes of the file from `at` on, as many as are asked for or are left. */
type Peek = (at: number, lengthBytes: number) => Promise<DataView>

/** One read of this size shows a header and, as a rule, those after it that matter. */
const PEEK_BYTES = 4096
/** Many more than a recording has before its `moov`; what follows in a fragmented one is not looked at. */
const MAX_BOXES = 256
const MVHD_BYTES = 32

/**
 * Measures an MP4 by its `moov`, in front or at the end, in a handful of small reads.
 * Throws `archive-cut` when the file ends before its boxes do, `archive-container-unknown` when it is not made of boxes.
 */
export async function openMp4(
  read: ReadRange,
  sizeBytes: number,
  signal: AbortSignal,
): Promise<{ readonly durationSeconds: number }> {
  const peek = createPeek(read, sizeBytes, signal)
  let durationSeconds: number | null = null
  let isMp4 = false
  for await (const box of walkBoxes(peek, { start: 0, end: sizeBytes })) {
    isMp4 ||= box.type === 'ftyp'
    if (!isMp4) break
    if (durationSeconds === null && box.end > sizeBytes) throw cut(box, sizeBytes)
    if (box.type === 'moov') durationSeconds = await readMovie(peek, box)
    // After its `moov` a file that begins with it has its pictures and sound in one box: are they all there?
    else if (box.type === 'mdat' && box.end > sizeBytes) throw cut(box, sizeBytes)
  }
  if (!isMp4) throw new AppError('archive-container-unknown')
  if (durationSeconds === null) {
    throw new AppError(
      'archive-cut',
      'The MP4 has no index (moov), without which it cannot be played: its upload was cut off.',
    )
  }
  return { durationSeconds }
}

/** The movie’s length in seconds; 0 where a fragmented one does not state it: only reading all of it would tell. */
async function readMovie(peek: Peek, moov: Box): Promise<number> {
  let movie: { timescale: number; duration: number } | null = null
  let fragmentsDuration = 0
  for await (const box of walkBoxes(peek, { start: moov.bodyAt, end: moov.end })) {
    if (box.end > moov.end) break
    if (box.type === 'mvhd') movie = readMovieHeader(await peek(box.bodyAt, MVHD_BYTES))
    if (box.type !== 'mvex') continue
    for await (const inner of walkBoxes(peek, { start: box.bodyAt, end: box.end })) {
      if (inner.type === 'mehd') fragmentsDuration = readCount(await peek(inner.bodyAt, MVHD_BYTES), 4)
    }
  }
  if (!movie || movie.timescale === 0) {
    throw new AppError(
      'archive-container-unknown',
      'The MP4’s index (moov) does not say how time is counted.',
    )
  }
  return Math.max(movie.duration, fragmentsDuration) / movie.timescale
}

/** `mvhd`, §8.2.2: version 1 has its times and its duration in 64 bits. */
function readMovieHeader(view: DataView): { timescale: number; duration: number } | null {
  if (view.byteLength < MVHD_BYTES) return null
  const timescaleAt = view.getUint8(0) === 1 ? 20 : 12
  return { timescale: view.getUint32(timescaleAt), duration: readCount(view, timescaleAt + 4) }
}

/** A duration whose width the box’s version tells; all ones say that it is not known. */
function readCount(view: DataView, at: number): number {
  if (view.byteLength < at + 8) return 0
  if (view.getUint8(0) !== 1) return view.getUint32(at) === 0xffffffff ? 0 : view.getUint32(at)
  const count = view.getBigUint64(at)
  return count === 0xffffffffffffffffn ? 0 : Number(count)
}

async function* walkBoxes(
  peek: Peek,
  { start, end }: { readonly start: number; readonly end: number },
): AsyncGenerator<Box> {
  let at = start
  for (let n = 0; n < MAX_BOXES && at + 8 <= end; n += 1) {
    const box = readBox(await peek(at, 16), { at, end })
    if (!box) return
    yield box
    at = box.end
  }
}

/** Null for what is no box: padding after the last one, or no MP4 at all. */
function readBox(view: DataView, { at, end }: { readonly at: number; readonly end: number }): Box | null {
  if (view.byteLength < 8) return null
  const type = String.fromCharCode(...[4, 5, 6, 7].map((byte) => view.getUint8(byte)))
  if (!/^[\x20-\x7e\xa9]{4}$/.test(type)) return null
  const size = view.getUint32(0)
  if (size === 0) return { type, bodyAt: at + 8, end }
  if (size !== 1) return size < 8 ? null : { type, bodyAt: at + 8, end: at + size }
  if (view.byteLength < 16) return { type, bodyAt: at + 16, end: at + 16 }
  const largeSize = Number(view.getBigUint64(8))
  return largeSize < 16 ? null : { type, bodyAt: at + 16, end: at + largeSize }
}

function createPeek(read: ReadRange, sizeBytes: number, signal: AbortSignal): Peek {
  let held = { start: 0, bytes: new Uint8Array() }
  return async (at, lengthBytes) => {
    const end = Math.min(at + lengthBytes, sizeBytes)
    if (at < held.start || end > held.start + held.bytes.length) {
      const range = { start: at, end: Math.min(at + PEEK_BYTES, sizeBytes) }
      held = { start: at, bytes: new Uint8Array(await readBytes(read, range, signal)) }
    }
    return new DataView(held.bytes.buffer, held.bytes.byteOffset + at - held.start, Math.max(0, end - at))
  }
}

function cut({ type, end }: Box, sizeBytes: number): AppError {
  return new AppError(
    'archive-cut',
    `The file in storage has ${sizeBytes} bytes, but its box “${type}” goes on to byte ${end}: its upload was cut off.`,
  )
}
