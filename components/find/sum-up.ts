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
  /** Why the others do not play, each once. */
  readonly codes: readonly ErrorCode[]
}

export function sumUp(archives: readonly ArchiveRow[]): Summary {
  const known = archives.flatMap(({ durationSeconds }) => durationSeconds ?? [])
  const starts = archives.map(({ createdAt }) => createdAt.getTime())
  return {
    startedAt: starts.length === 0 ? null : new Date(Math.min(...starts)),
    knownSeconds: known.reduce((sum, seconds) => sum + seconds, 0),
    unmeasuredCount: archives.filter((each) => each.durationSeconds === null && hasFile(each)).length,
    playableCount: archives.filter(({ playable }) => playable).length,
    codes: [...new Set(archives.flatMap(({ playable, code }) => (playable || code === null ? [] : code)))],
  }
}
