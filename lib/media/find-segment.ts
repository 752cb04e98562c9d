import { AppError } from '../errors.ts'
import type { ByteRange, ReadRange } from '../http/byte-range.ts'
import { TICKS_PER_SECOND } from './clock.ts'
import { type Cutting, countSegments, segmentStartSeconds } from './cutting.ts'
import { findBorder, type Place } from './find-border.ts'
import { PACKET_BYTES } from './packet.ts'
import type { TransportStream } from './transport-stream.ts'

/** A segment of a transport stream: plaintext bytes, to which `patPmt` is put in front, and its time by the playlist. */
export type Segment = {
  readonly range: ByteRange
  readonly fromSeconds: number
  readonly toSeconds: number
}

export type WantedSegment = {
  readonly stream: TransportStream
  readonly cutting: Cutting
  readonly n: number
  /**
   * Byte offsets of the grid’s borders found so far, by their numbers; kept by the caller for as long as the cutting is.
   * Filled here. A search that fails is not kept.
   */
  readonly borders: Map<number, Promise<number>>
}

/**
 * Finds segment n. All segments together are the stream, each byte once, and none is empty. A segment begins with a
 * keyframe wherever its part of the recording has one.
 * Throws `not-found` where there is no such segment, and what the reading throws.
 */
export async function findSegment(
  read: ReadRange,
  wanted: WantedSegment,
  signal: AbortSignal,
): Promise<Segment> {
  const { cutting, n } = wanted
  if (!Number.isInteger(n) || n < 0 || n >= countSegments(cutting)) throw new AppError('not-found')
  const start = await getBorder(read, wanted, signal)
  const end = await getBorder(read, { ...wanted, n: n + 1 }, signal)
  return {
    range: { start, end },
    fromSeconds: segmentStartSeconds(cutting, n),
    toSeconds: segmentStartSeconds(cutting, n + 1),
  }
}

async function getBorder(read: ReadRange, wanted: WantedSegment, signal: AbortSignal): Promise<number> {
  const { stream, cutting, n, borders } = wanted
  if (n === 0) return 0
  if (n === countSegments(cutting)) return stream.sizeBytes
  if (cutting.kind === 'keyframes') return cutting.offsets[n] ?? stream.sizeBytes
  const known = borders.get(n)
  if (known) {
    try {
      return await known
    } catch {
      // It may have failed because whoever asked for it first went away.
      signal.throwIfAborted()
      return getBorder(read, wanted, signal)
    }
  }
  const search = searchBorder(read, { ...wanted, cutting }, signal)
  borders.set(n, search)
  search.catch(() => borders.delete(n))
  return search
}

/** How far a border’s keyframe lies before its time, on average and in parts of the grid. */
const KEYFRAME_LAG = 0.25

type Wanted = WantedSegment & { readonly cutting: Cutting & { readonly kind: 'grid' } }

/** One search after the other, so that each knows the borders before it. */
async function searchBorder(read: ReadRange, wanted: Wanted, signal: AbortSignal): Promise<number> {
  const { stream, n, cutting } = wanted
  const known = await settleBorders(wanted, signal)
  const before = known.filter(([at]) => at < n).at(-1) ?? [0, 0]
  const after = known.find(([at]) => at > n) ?? [countSegments(cutting), stream.sizeBytes]
  const lowest = before[1] + (n - before[0]) * PACKET_BYTES
  const highest = after[1] - (after[0] - n) * PACKET_BYTES
  const ticksOf = (border: number) => segmentStartSeconds(cutting, border) * TICKS_PER_SECOND
  const gridTicks = cutting.gridSeconds * TICKS_PER_SECOND
  const border = { ticks: ticksOf(n), gridTicks }
  const lower = { offset: before[1], ticks: Math.max(0, ticksOf(before[0]) - KEYFRAME_LAG * gridTicks) }
  const look = (upper: Place) => findBorder(read, { stream, border, lower, upper }, signal)
  const found = await look({ offset: stream.sizeBytes, ticks: stream.durationSeconds * TICKS_PER_SECOND })
  // Only where timestamps begin anew can it lie beyond a later border; then it is looked for before that one.
  const fitting = found <= highest ? found : await look({ offset: highest, ticks: border.ticks })
  return Math.max(lowest, Math.min(fitting, highest))
}

/** All borders known by now, in order. */
async function settleBorders({ borders }: Wanted, signal: AbortSignal): Promise<[number, number][]> {
  const pending = [...borders].map(async ([n, border]): Promise<[number, number]> => [n, await border])
  const settled = await Promise.allSettled(pending)
  signal.throwIfAborted()
  return settled
    .flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    .sort((a, b) => a[0] - b[0])
}
