import type { Problem } from '../frame/asking.ts'

/** What a review says of a grant. */
export type Verdict = 'keep' | 'remove'

/** Where a grant stands in the review that goes on. */
export type Reviewed =
  | { readonly kind: 'sending'; readonly verdict: Verdict }
  | { readonly kind: 'done'; readonly verdict: Verdict }
  | { readonly kind: 'refused'; readonly problem: Problem }

export type ReviewState = {
  /** The grants of the review, in order. */
  readonly ids: readonly string[]
  /** Those of them that are for others to review. */
  readonly lockedIds: ReadonlySet<string>
  /** Which the keys are for. */
  readonly cursor: number
  readonly reviewed: ReadonlyMap<string, Reviewed>
}

/** Whether a grant waits for a verdict, and for this reader's. */
export function isOpen({ lockedIds, reviewed }: ReviewState, id: string): boolean {
  if (lockedIds.has(id)) return false
  const kind = reviewed.get(id)?.kind
  return kind === undefined || kind === 'refused'
}

/** One further or back; at an end it stays. */
export function moveCursor(state: ReviewState, by: 1 | -1): ReviewState {
  return { ...state, cursor: Math.max(0, Math.min(state.ids.length - 1, state.cursor + by)) }
}

/** A verdict is on its way: the cursor goes on to the next that is open, from the beginning again after the last. */
export function beginVerdict(state: ReviewState, id: string, verdict: Verdict): ReviewState {
  const reviewed = new Map(state.reviewed).set(id, { kind: 'sending', verdict })
  const begun = { ...state, reviewed }
  const at = state.ids.indexOf(id)
  const order = [...state.ids.slice(at + 1), ...state.ids.slice(0, at)]
  const next = order.find((each) => isOpen(begun, each))
  return { ...begun, cursor: next === undefined ? at : state.ids.indexOf(next) }
}

/** What became of it; refused, it is open again. */
export function endVerdict(state: ReviewState, id: string, ended: Reviewed): ReviewState {
  return { ...state, reviewed: new Map(state.reviewed).set(id, ended) }
}

/** Of those that are the reader's to review. */
export function countReviewed({ ids, lockedIds, reviewed }: ReviewState): {
  readonly mine: number
  readonly done: number
  readonly kept: number
  readonly removed: number
} {
  const done = [...reviewed.values()].filter((each) => each.kind === 'done')
  const kept = done.filter(({ verdict }) => verdict === 'keep').length
  return { mine: ids.length - lockedIds.size, done: done.length, kept, removed: done.length - kept }
}

export type ReviewKey = 'next' | 'back' | Verdict

/** What a key means here; null for one that means nothing. K is for keeping, so going back is the arrow’s alone. */
export function readReviewKey(key: string): ReviewKey | null {
  if (key === 'ArrowDown' || key === 'j' || key === 'J') return 'next'
  if (key === 'ArrowUp') return 'back'
  if (key === 'k' || key === 'K') return 'keep'
  return key === 'r' || key === 'R' ? 'remove' : null
}
