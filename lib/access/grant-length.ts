/** How many days a grant lasts at most that people give, where a project says nothing else. */
export const USUAL_LONGEST_GRANT_DAYS = 90

/** From when until when a grant is in force, and how many days it may be. */
export type GrantSpan = {
  readonly from: Date
  readonly until: Date
  readonly now: Date
  readonly longestDays: number
}

const DAY_MS = 24 * 60 * 60 * 1000
/** Days by the calendar have an hour more where summer time ends. */
const LEEWAY_MS = 60 * 60 * 1000

/** Whether a grant would last longer from now on than one may. */
export function isTooLong({ from, until, now, longestDays }: GrantSpan): boolean {
  return until.getTime() - Math.max(from.getTime(), now.getTime()) > longestDays * DAY_MS + LEEWAY_MS
}
