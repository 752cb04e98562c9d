/** What nobody has decided within so many hours lapses: a request, a grant or a change that waits for a second administrator. */
export const DECIDE_WITHIN_HOURS = 72
export const DECIDE_WITHIN_MS = DECIDE_WITHIN_HOURS * 60 * 60 * 1000
