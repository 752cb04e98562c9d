import type { ArchiveRow } from '../../lib/archives/archive-row.ts'
import type { ErrorCode } from '../../lib/errors.ts'
import { hasFile } from '../words.ts'

/** A session's archives in one line. */
export type Summary = {
  readonly startedAt: Date | null
  /** Of those whose length is known. */
  readonly knownSeconds: number
  /** Of those with a file; the length of the others will never be known. */
  readonly unmeasuredCount: number
  readonly playableCount: number
  /** What plays, or would, if the reader were given access: each to be asked for. */
  readonly askableIds: readonly string[]
  /** All of those are restricted: access to the project would not open them. */
  readonly isOnlyByName: boolean
  /** Why the others do not play, each once. */
  readonly codes: readonly ErrorCode[]
}

export function sumUp(archives: readonly ArchiveRow[]): Summary {
  const known = archives.flatMap(({ durationSeconds }) => durationSeconds ?? [])
  const starts = archives.map(({ createdAt }) => createdAt.getTime())
  const askable = archives.filter(
    ({ playable, mayPlay, code }) => code === 'archive-restricted' || (playable && !mayPlay),
  )
  return {
    startedAt: starts.length === 0 ? null : new Date(Math.min(...starts)),
    knownSeconds: known.reduce((sum, seconds) => sum + seconds, 0),
    unmeasuredCount: archives.filter((each) => each.durationSeconds === null && hasFile(each)).length,
    playableCount: archives.filter(({ playable, mayPlay }) => playable && mayPlay).length,
    askableIds: askable.map(({ archiveId }) => archiveId),
    isOnlyByName: askable.every(({ restricted }) => restricted),
    codes: [...new Set(archives.flatMap(({ playable, code }) => (playable || code === null ? [] : code)))],
  }
}
