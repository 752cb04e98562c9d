import type { Reason } from '../projects/reasons.ts'
import type { ArchiveView, Staleness } from './archive-row.ts'

/** Everything the page of a session shows. */
export type SessionView = {
  readonly sessionId: string
  readonly project: {
    readonly id: string
    readonly name: string
    readonly region: string | null
    readonly unit: string | null
    readonly environment: string | null
  }
  /** What may be said when a recording is opened. */
  readonly reasons: readonly Reason[]
  /** By time, oldest first; on one clock. */
  readonly archives: readonly ArchiveView[]
  /** How old a sign-in may be that plays or downloads here. */
  readonly maxAuthAgeSeconds: number
  /** Whether the reader may restrict recordings of the project. */
  readonly isAdminOf: boolean
  /** Set when the recorder could not be read lately. */
  readonly stale: Staleness | null
}
