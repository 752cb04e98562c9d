const SLACK_MS = 1500

/** What ends a viewing at its time, as far as that can be told from when each ends. */
export type Ends = 'access' | 'sign-in' | null

export function findWhatEnds(
  at: Date,
  ends: { readonly accessAt: Date | null; readonly signInAt: Date },
): Ends {
  const isAt = (end: Date | null): boolean =>
    end !== null && Math.abs(end.getTime() - at.getTime()) <= SLACK_MS
  if (isAt(ends.accessAt)) return 'access'
  return isAt(ends.signInAt) ? 'sign-in' : null
}
