import type { ArchiveRow } from '../../lib/archives/archive-row.ts'
import type { ErrorCode } from '../../lib/errors.ts'

/** A session's archives in one line. */
export type Summary = {
  readonly startedAt: Date | null
  /** Of those whose length is known. */
  readonly knownSeconds: number
  readonly unknownCount: number
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
    unknownCount: archives.length - known.length,
    playableCount: archives.filter(({ playable }) => playable).length,
    codes: [...new Set(archives.flatMap(({ playable, code }) => (playable || code === null ? [] : code)))],
  }
}
