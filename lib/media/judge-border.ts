import { TICKS_PER_SECOND } from './clock.ts'
import type { Frame } from './frames.ts'

/** A border of the grid by its time on the recording’s clock; the one before it lies `gridTicks` earlier. */
export type GridBorder = { readonly ticks: number; readonly gridTicks: number }

/** A place in the stream: a byte, and when what begins there is shown or heard, in ticks since the start. */
export type Place = { readonly offset: number; readonly ticks: number }

/** Frames that follow each other without a hole. */
export type Stretch = {
  readonly frames: readonly Frame[]
  /** Nothing before them can matter. */
  readonly isFirst: boolean
  /** What follows them, when none of them lies beyond the border. */
  readonly next: Place
}

/** Pictures may be shown this much later than they are decoded. */
const REORDER_TICKS = TICKS_PER_SECOND
/** Nobody waits for more pauses to be shared out than these. */
const MAX_PIECES = 1000

/**
 * Where a border lies, in bytes: at the last keyframe at or before its time, if that belongs to no border before it; else
 * at the first frame after its time. Null while more frames are needed in front.
 * A pause longer than the grid leaves several borders between the same two frames. They share out the frames before it,
 * one each, because a player takes a segment that holds nothing for a broken one.
 */
export function judgeBorder(stretch: Stretch, border: GridBorder): Place | null {
  const { frames, isFirst } = stretch
  const after = findAfter(frames, border)
  const next = frames[after] ?? stretch.next
  const piece = after - countPauses(next.ticks, border)
  if (piece < 0 && !isFirst) return null
  const shared = (piece < after ? frames[Math.max(0, piece)] : undefined) ?? next
  const keyframe = findKeyframe(frames, after, border)
  if (keyframe === 'unknown' && !isFirst) return null
  if (typeof keyframe === 'string' || keyframe.offset > shared.offset) {
    return { offset: shared.offset, ticks: shared.ticks }
  }
  return { offset: keyframe.offset, ticks: keyframe.shownTicks }
}

/** The index of the first frame beyond the border’s time; of those, the first that follows one which is not. */
function findAfter(frames: readonly Frame[], { ticks }: GridBorder): number {
  const within = frames.findIndex((frame) => frame.ticks <= ticks)
  if (within < 0) return 0
  const after = frames.findIndex((frame, at) => at > within && frame.ticks > ticks)
  return after < 0 ? frames.length : after
}

/** How many borders after this one lie in the same pause. */
function countPauses(nextTicks: number, { ticks, gridTicks }: GridBorder): number {
  return Math.min(MAX_PIECES, Math.max(0, Math.ceil((nextTicks - ticks) / gridTicks) - 1))
}

function findKeyframe(
  frames: readonly Frame[],
  after: number,
  { ticks: to, gridTicks }: GridBorder,
): Frame | 'none' | 'unknown' {
  const from = to - gridTicks
  for (const frame of frames.slice(0, after).reverse()) {
    // Timestamps that begin anew: what lies before is on another clock.
    if (frame.ticks > to) return 'none'
    if (frame.isKey && frame.shownTicks <= to) return frame.shownTicks > from ? frame : 'none'
    if (frame.ticks <= from - REORDER_TICKS) return 'none'
  }
  return 'unknown'
}
