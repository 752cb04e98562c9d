import type { ErrorCode } from '../errors.ts'

/** One archive as a list shows it. */
export type ArchiveRow = {
  readonly archiveId: string
  readonly createdAt: Date
  /** As measured, else as the recorder says; null while nobody knows (encrypted archives before their first opening). */
  readonly durationSeconds: number | null
  /** As the recorder says it; one this version does not know is shown as it is. */
  readonly status: string
  readonly playable: boolean
  /** Why it cannot be played. */
  readonly code: ErrorCode | null
  readonly name: string | null
  readonly hasAudio: boolean | null
  readonly hasVideo: boolean | null
  readonly encrypted: boolean
  /** Bytes of the file as the recorder says; 0 while it does not know. */
  readonly sizeBytes: number
  /** Opened by no grant that does not name it or its session. */
  readonly restricted: boolean
  /** Whether a grant of the reader's lets them play it now. */
  readonly mayPlay: boolean
}

/** One archive as its session's page shows it. */
export type ArchiveView = ArchiveRow & {
  /** Whether the duration was measured in the media. */
  readonly durationMeasured: boolean
  /** Why the recording stopped, in the recorder's words. */
  readonly reason: string | null
  readonly updatedAt: Date | null
  readonly outputMode: string | null
  readonly resolution: string | null
  /** Base64, as the recorder says it. */
  readonly sha256sum: string | null
  /** `ts` or `mp4`, once it was opened. */
  readonly container: string | null
  readonly certificateFingerprint: string | null
  /** `s3://calls`, `azure://calls`, `the recorder’s cloud`; null before its first opening. */
  readonly storage: string | null
  readonly unlistedAt: Date | null
  /** How often it was opened, by anybody, and when last. Names are for auditors. */
  readonly seen: { readonly count: number; readonly lastAt: Date | null }
  /** Until when the reader's grants let them; null when they do not. */
  readonly playUntil: Date | null
  readonly downloadUntil: Date | null
}

/** What is known of the age of what is shown: the last time the project's recorder was read, and what went wrong since. */
export type Staleness = {
  readonly project: string
  readonly readAt: Date | null
  readonly failedAt: Date
  readonly code: ErrorCode
  /** One sentence: what happened. */
  readonly detail: string
}
