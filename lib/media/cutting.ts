import { TICKS_PER_SECOND } from './clock.ts'
import type { KeyframeIndex } from './keyframe-index.ts'
import { PACKET_BYTES } from './packet.ts'
import type { TransportStream } from './transport-stream.ts'

/**
 * How a transport stream is cut into segments. Fixed when a viewing opens and kept with it, so that segment n means one
 * thing for its whole life. Plain JSON.
 */
export type Cutting =
  /** Not scanned yet: borders every `gridSeconds` after `phaseSeconds`, the bytes of each found when it is asked for. */
  | {
      readonly kind: 'grid'
      readonly durationSeconds: number
      readonly phaseSeconds: number
      readonly gridSeconds: number
      readonly count: number
    }
  /** Scanned: each segment’s first byte and the time it begins at, in ticks of 90 kHz since the start. */
  | {
      readonly kind: 'keyframes'
      readonly durationSeconds: number
      readonly offsets: readonly number[]
      readonly ticks: readonly number[]
      /** Segments before which the timestamps begin anew. */
      readonly discontinuities: readonly number[]
    }

const MIN_GRID_SECONDS = 10
const MAX_GRID_SECONDS = 20
/** Keyframes farther apart than the grid’s usual width widen it, up to here; from here on it cuts between them. */
const MAX_KEYFRAME_SECONDS = 60
/**
 * Borders come half a frame after the keyframes of an even stream: what is read first shows them, and a player that
 * begins with a segment other than the first takes its first picture for that of the border.
 */
const AFTER_KEYFRAME_SECONDS = 0.02
/** A shorter rest belongs to the segment before it. */
const MIN_REST = 0.25
/** Segments are at least this long, where keyframes allow. Half a frame less: frames fall beside round seconds. */
const MIN_SEGMENT_TICKS = 9.98 * TICKS_PER_SECOND

/** Cuts at the index’s keyframes, or by a grid of time where there is no index yet. */
export function planCutting(stream: TransportStream, index: KeyframeIndex | null): Cutting {
  return index ? cutAtKeyframes(index) : cutByGrid(stream)
}

export function countSegments(cutting: Cutting): number {
  return cutting.kind === 'grid' ? cutting.count : cutting.offsets.length
}

/** When segment n begins by the playlist, in seconds; for n = count, when the last one ends. */
export function segmentStartSeconds(cutting: Cutting, n: number): number {
  if (n >= countSegments(cutting)) return cutting.durationSeconds
  if (cutting.kind === 'grid') return n === 0 ? 0 : cutting.phaseSeconds + n * cutting.gridSeconds
  return (cutting.ticks[n] ?? 0) / TICKS_PER_SECOND
}

function cutByGrid(stream: TransportStream): Cutting {
  const { durationSeconds, sizeBytes } = stream
  const gridSeconds = planGridSeconds(stream)
  // No segment is empty, whatever timestamps claim.
  const most = Math.floor(sizeBytes / PACKET_BYTES)
  const phaseSeconds = stream.keyframeAtSeconds + AFTER_KEYFRAME_SECONDS
  const cells = (durationSeconds - phaseSeconds) / gridSeconds
  const count = Math.max(1, Math.min(most, Math.floor(cells + 1 - MIN_REST)))
  return { kind: 'grid', durationSeconds, phaseSeconds, gridSeconds, count }
}

/** Twice the distance of keyframes, so that no segment is without one. */
function planGridSeconds({ hasVideo, keyframeSeconds }: TransportStream): number {
  if (!hasVideo) return MIN_GRID_SECONDS
  if (keyframeSeconds === null) return MAX_GRID_SECONDS
  if (keyframeSeconds > MAX_GRID_SECONDS) return Math.min(keyframeSeconds, MAX_KEYFRAME_SECONDS)
  return Math.min(MAX_GRID_SECONDS, Math.max(MIN_GRID_SECONDS, 2 * keyframeSeconds))
}

function cutAtKeyframes(index: KeyframeIndex): Cutting {
  const offsets = [0]
  const ticks = [0]
  const discontinuities: number[] = []
  const breaks = new Set(index.breaks)
  const minRestTicks = MIN_SEGMENT_TICKS * MIN_REST
  const endTicks = index.durationSeconds * TICKS_PER_SECOND
  index.offsets.forEach((offset, at) => {
    const start = index.ticks[at] ?? 0
    const isBreak = breaks.has(at)
    const isLongEnough = start - (ticks.at(-1) ?? 0) >= MIN_SEGMENT_TICKS && endTicks - start >= minRestTicks
    if (offset === 0 || !(isBreak || isLongEnough)) return
    if (isBreak) discontinuities.push(offsets.length)
    offsets.push(offset)
    ticks.push(start)
  })
  return { kind: 'keyframes', durationSeconds: index.durationSeconds, offsets, ticks, discontinuities }
}
