import { AppError } from '../errors.ts'
import type { ByteRange, ReadRange } from '../http/byte-range.ts'
import { TICKS_PER_SECOND } from './clock.ts'
import { type Cutting, countSegments, segmentStartSeconds } from './cutting.ts'
import { findBorder } from './find-border.ts'
import type { Place } from './judge-border.ts'
import { PACKET_BYTES } from './packet.ts'
import type { TransportStream } from './transport-stream.ts'

/** A segment of a transport stream: plaintext bytes, to which `patPmt` is put in front, and its time by the playlist. */
export type Segment = {
  readonly range: ByteRange
  readonly fromSeconds: number
  readonly toSeconds: number
}

/** Borders found so far, by their numbers; kept by the caller for as long as the cutting is. */
export type Borders = Map<number, Promise<Place>>

export type WantedSegment = {
  readonly stream: TransportStream
  readonly cutting: Cutting
  readonly n: number
  /** Filled here; a search that fails is not kept. */
  readonly borders: Borders
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
      return (await known).offset
    } catch {
      // It may have failed because whoever asked for it first went away.
      signal.throwIfAborted()
      return getBorder(read, wanted, signal)
    }
  }
  const search = searchBorder(read, { ...wanted, cutting }, signal)
  borders.set(n, search)
  search.catch(() => borders.delete(n))
  return (await search).offset
}

type Wanted = WantedSegment & { readonly cutting: Cutting & { readonly kind: 'grid' } }

/** One search after the other, so that each knows what those before it found. */
async function searchBorder(read: ReadRange, wanted: Wanted, signal: AbortSignal): Promise<Place> {
  const { stream, n, cutting } = wanted
  const ticksOf = (at: number) => segmentStartSeconds(cutting, at) * TICKS_PER_SECOND
  const known = await settleBorders(wanted, signal)
  const [before, lower] = known.filter(([at]) => at < n).at(-1) ?? [0, { offset: 0, ticks: 0 }]
  const [after, upper] = known.find(([at]) => at > n) ?? [countSegments(cutting), endOf(stream)]
  const border = { ticks: ticksOf(n), gridTicks: cutting.gridSeconds * TICKS_PER_SECOND }
  // Keyframes that come evenly lie equally far before their borders.
  const lagTicks = before === n - 1 ? Math.max(0, ticksOf(before) - lower.ticks) : null
  const look = (limit: Place) => findBorder(read, { stream, border, lower, upper: limit, lagTicks }, signal)
  const found = await look(endOf(stream))
  const lowest = lower.offset + (n - before) * PACKET_BYTES
  const highest = upper.offset - (after - n) * PACKET_BYTES
  // Only where timestamps begin anew can it lie beyond a later border; then it is looked for before that one.
  const fitting = found.offset <= highest ? found : await look({ offset: highest, ticks: border.ticks })
  return { offset: Math.max(lowest, Math.min(fitting.offset, highest)), ticks: fitting.ticks }
}

function endOf({ sizeBytes, durationSeconds }: TransportStream): Place {
  return { offset: sizeBytes, ticks: durationSeconds * TICKS_PER_SECOND }
}

/** All borders known by now, in order. */
async function settleBorders({ borders }: Wanted, signal: AbortSignal): Promise<[number, Place][]> {
  const pending = [...borders].map(async ([n, border]): Promise<[number, Place]> => [n, await border])
  const settled = await Promise.allSettled(pending)
  signal.throwIfAborted()
  return settled
    .flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    .sort((a, b) => a[0] - b[0])
}
