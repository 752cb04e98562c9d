/** What the browser holds of the recording, in seconds. */
export type Buffered = readonly (readonly [start: number, end: number])[]

/** A frame or two at the slowest rate seen; a hole larger than this is still being loaded. */
const REACH_SECONDS = 0.7
const STEP_SECONDS = 0.01

/**
 * Where to move a seek that hangs: what is buffered may begin a frame or two after the playlist's time, or end as much
 * before the recording's, and a paused player then waits for ever for a picture that is not there.
 * Null where there is nothing to do but wait.
 */
export function planNudge(position: number, buffered: Buffered, durationSeconds: number): number | null {
  if (buffered.some(([start, end]) => position >= start && position < end)) return null
  const next = buffered.find(([start]) => start > position && start - position <= REACH_SECONDS)
  if (next !== undefined) return next[0] + STEP_SECONDS
  const before = buffered.findLast(([, end]) => end <= position && position - end <= REACH_SECONDS)
  const isLast = durationSeconds - position <= REACH_SECONDS
  return before !== undefined && isLast ? Math.max(before[0], before[1] - 5 * STEP_SECONDS) : null
}
