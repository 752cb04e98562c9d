import type { LogReview } from '../../lib/audit/aids/find-reviews.ts'
import type { LoggedEvent } from '../../lib/audit/logged-event.ts'

type Line = Pick<LoggedEvent, 'id' | 'at'>

/**
 * Marks to be drawn above lines, by the line's number, where lines stand newest first: a mark stands above the newest line
 * that it takes in. Above the first line of a page, only where that is the newest of all (`isFirstPage`).
 */
export function findMarks(
  lines: readonly Line[],
  reviews: readonly LogReview[],
  isFirstPage: boolean,
): ReadonlyMap<string, LogReview[]> {
  const marks = new Map<string, LogReview[]>()
  for (const review of reviews) {
    const position = lines.findIndex(({ at }) => at <= review.upTo)
    const line = lines[position]
    if (line === undefined || (position === 0 && !isFirstPage)) continue
    marks.set(line.id, [...(marks.get(line.id) ?? []), review])
  }
  return marks
}
