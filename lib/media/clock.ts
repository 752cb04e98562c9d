/** Timestamps count 90,000 to the second in 33 bits, so they wrap after 26.5 hours (ISO/IEC 13818-1 §2.4.3.7). */
export const TICKS_PER_SECOND = 90_000
const WRAP = 2 ** 33

/** How far `to` lies after `from`, the short way round: negative when it lies before. */
export function ticksBetween(from: number, to: number): number {
  const ahead = (((to - from) % WRAP) + WRAP) % WRAP
  return ahead >= WRAP / 2 ? ahead - WRAP : ahead
}

/** Frames in a file’s head may precede its first by their timestamps, but not by more than this. */
export const BEFORE_START_TICKS = 10 * TICKS_PER_SECOND

/** Ticks since the start of a recording shorter than a wrap. */
export function ticksSince(startPts: number, pts: number): number {
  const ahead = (((pts - startPts) % WRAP) + WRAP) % WRAP
  return ahead >= WRAP - BEFORE_START_TICKS ? ahead - WRAP : ahead
}

/** The longest that a last frame is believed to be shown or heard. */
export const MAX_FRAME_TICKS = TICKS_PER_SECOND / 2
