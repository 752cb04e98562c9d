import { type ErrorCode, isErrorCode } from '../errors.ts'

export type Playability = { readonly playable: boolean; readonly code: ErrorCode | null }

export type PlayabilityFacts = {
  readonly status: string
  readonly outputMode: string | null
  /** Why it could not be opened the last time it was tried. */
  readonly failureCode: string | null
  /** Since when the recorder's list has been without it. */
  readonly unlistedAt: Date | null
}

/** What a status of the recorder means for whoever wants to play; null: there is a file. */
const STATUS_CODES: ReadonlyMap<string, ErrorCode | null> = new Map([
  ['started', 'archive-recording'],
  ['paused', 'archive-paused'],
  ['stopped', 'archive-uploading'],
  ['available', null],
  ['uploaded', null],
  ['expired', 'archive-expired'],
  ['failed', 'archive-failed'],
  ['deleted', 'archive-deleted'],
])

/**
 * Whether an archive can be played, and if not, why. What was found when it was last opened counts too; it may have
 * been mended since, so opening it again is worth a try where the status says that there is a file.
 */
export function planPlayability(facts: PlayabilityFacts): Playability {
  const code = findReasonAgainst(facts)
  return { playable: code === null, code }
}

function findReasonAgainst({
  status,
  outputMode,
  failureCode,
  unlistedAt,
}: PlayabilityFacts): ErrorCode | null {
  const ofStatus = STATUS_CODES.get(status)
  if (ofStatus === undefined) return 'archive-status-unknown'
  if (ofStatus !== null) return ofStatus
  if (outputMode === 'individual') return 'archive-individual'
  // What is uploaded stays where it is when the record goes; the recorder's own copy goes with it.
  if (status === 'available' && unlistedAt !== null) return 'archive-deleted'
  return isErrorCode(failureCode) ? failureCode : null
}
