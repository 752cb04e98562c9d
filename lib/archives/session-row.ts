import type { ArchiveRow, Staleness } from './archive-row.ts'

/** One session as the list shows it. */
export type SessionRow = {
  readonly sessionId: string
  /** The project's name. */
  readonly project: string
  readonly region: string | null
  /** By time, oldest first. */
  readonly archives: readonly ArchiveRow[]
}

/** What was made of one thing in the search box. */
export type Understood = {
  /** The thing itself, cut to 80 characters, without what cannot be seen. */
  readonly text: string
  readonly kind: 'session-id' | 'archive-id' | 'session-id-truncated' | 'unknown'
  /** The session it led to, or the session ID that it is. */
  readonly sessionId: string | null
  /** Read out of the ID: a hint, never authority. */
  readonly day: Date | null
  /** The project the ID names, where it is one of the reader's; else null. */
  readonly project: string | null
  /** Null: it was not looked for, or its recorder could not be asked. False: not found or not yours. */
  readonly found: boolean | null
  /** One sentence for a person. */
  readonly sentence: string
}

export type FoundSessions = {
  readonly sessions: readonly SessionRow[]
  /** Hand back as `after` for the next page; null at the end. */
  readonly next: string | null
  /** Empty when nothing was in the box. */
  readonly understood: readonly Understood[]
  /** Projects in scope whose recorder could not be read lately, or did not answer just now. */
  readonly stale: readonly Staleness[]
}
