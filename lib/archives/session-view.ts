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
  /** Until when the person's grants let them; null when they do not. */
  readonly playUntil: Date | null
  readonly downloadUntil: Date | null
  /** Set when the recorder could not be read lately. */
  readonly stale: Staleness | null
}
