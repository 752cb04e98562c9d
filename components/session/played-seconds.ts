/** Seconds of the recording that were played, from and to. */
export type PlayedRange = readonly [from: number, to: number]

/** What was played and not yet reported, and where the player was last seen playing. */
export type PlayedSeconds = {
  readonly ranges: readonly PlayedRange[]
  readonly last: { readonly position: number; readonly atMs: number } | null
}

export const NOTHING_PLAYED: PlayedSeconds = { ranges: [], last: null }

/** Timers come late, and pictures do not come evenly. */
const SLACK_SECONDS = 0.5
const JOIN_SECONDS = 0.05
/** A heartbeat takes no more. */
const MAX_RANGES = 200

/**
 * The player was seen playing at a position. What lies between counts as played when playing alone explains it: a seek
 * that nobody announced does not.
 */
export function notePlaying(
  played: PlayedSeconds,
  seen: { readonly position: number; readonly atMs: number; readonly rate: number },
): PlayedSeconds {
  const last = { position: seen.position, atMs: seen.atMs }
  if (played.last === null) return { ...played, last }
  const from = played.last.position
  const atMost = ((seen.atMs - played.last.atMs) / 1000) * seen.rate + SLACK_SECONDS
  const advanced = seen.position - from
  if (advanced <= 0 || advanced > atMost) return { ...played, last }
  return { ranges: joinPlayed([...played.ranges, [from, seen.position]]), last }
}

/** The player stopped playing or jumped: what comes next begins anew. */
export function noteBreak(played: PlayedSeconds): PlayedSeconds {
  return { ...played, last: null }
}

/** Joins ranges that touch or overlap, in order, to the millisecond. */
export function joinPlayed(ranges: readonly PlayedRange[]): PlayedRange[] {
  const joined: PlayedRange[] = []
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = joined.at(-1)
    if (last !== undefined && from <= last[1] + JOIN_SECONDS)
      joined[joined.length - 1] = [last[0], Math.max(last[1], round(to))]
    else joined.push([round(from), round(to)])
  }
  return joined.slice(-MAX_RANGES)
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000
}
