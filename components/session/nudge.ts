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

/** Pictures mostly end a little before the sound does, and past the last of them the one before the seek would stay. */
const LAST_SECONDS = 0.1

/** Where to move a seek to the very end, so that the last picture is shown; null for one to any other place. */
export function planEnd(position: number, durationSeconds: number): number | null {
  if (!Number.isFinite(durationSeconds) || durationSeconds - position >= LAST_SECONDS - STEP_SECONDS)
    return null
  return Math.max(0, durationSeconds - LAST_SECONDS)
}
