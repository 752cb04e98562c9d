/** Bytes of a recording, `end` exclusive. */
export type Span = { readonly start: number; readonly end: number }

/** The same bytes in as few spans as they fit, in order. */
export function joinSpans(spans: readonly Span[]): Span[] {
  const joined: Span[] = []
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    if (span.end <= span.start) continue
    const last = joined.at(-1)
    if (last === undefined || span.start > last.end) joined.push(span)
    else joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, span.end) }
  }
  return joined
}

export function countBytes(spans: readonly Span[]): number {
  return spans.reduce((sum, { start, end }) => sum + Math.max(0, end - start), 0)
}

/** How many of the bytes of `spans` are in none of `cover`. */
export function countUncovered(spans: readonly Span[], cover: readonly Span[]): number {
  const covers = joinSpans(cover)
  return joinSpans(spans).reduce((sum, span) => {
    const covered = covers.map(({ start, end }) => ({
      start: Math.max(start, span.start),
      end: Math.min(end, span.end),
    }))
    return sum + span.end - span.start - countBytes(covered)
  }, 0)
}
