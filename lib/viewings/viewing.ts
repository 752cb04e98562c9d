import type { AuditAction } from '../audit/event.ts'
import type { Cutting } from '../media/cutting.ts'
import type { TransportStream } from '../media/transport-stream.ts'

/** What a recording was opened for. A download is a viewing of its own kind: the same lease, its own right and its own acts. */
export type Purpose = 'viewing' | 'download'

/** The acts of each purpose, as the log names them. */
export const ACTIONS = {
  viewing: {
    opened: 'viewing.opened',
    refused: 'viewing.refused',
    window: 'viewing.window',
    closed: 'viewing.closed',
  },
  download: {
    opened: 'download.opened',
    refused: 'download.refused',
    window: 'download.window',
    closed: 'download.closed',
  },
} as const satisfies Record<Purpose, Record<string, AuditAction>>

/** Why a viewing ended, each with the sentence its viewer reads. */
export const CLOSE_REASONS = {
  closed: 'It was closed. Open the recording again to go on.',
  replaced: 'It was closed because you opened another recording; only so many may be open at once.',
  idle: 'It ended because nothing was heard of its player for two minutes. Open the recording again to go on.',
  expired: 'It ended because a viewing lasts eight hours at most. Open the recording again to go on.',
  'grant-ended': 'The access it was opened under has ended. Ask for access to go on.',
  'access-withdrawn': 'The access it was opened under was taken back. Ask an administrator why.',
  'sign-in-ended': 'The sign-in it was opened with has ended. Sign in and open the recording again.',
  failed: 'The recording could not be read, so the viewing was ended.',
} as const satisfies Record<string, string>

export type CloseReason = keyof typeof CLOSE_REASONS

/** Where the ciphertext (or, unencrypted, the file itself) lies, pinned to what was there when the viewing opened. */
export type PinnedObject = {
  /** The storage target's id; null is the recorder's cloud. */
  readonly targetId: string | null
  readonly key: string
  readonly etag: string
  readonly versionId: string | null
  readonly sizeBytes: number
}

/**
 * How a viewing reads its recording, fixed when it opened and kept with it, so that segment n means one thing for the
 * viewing's whole life. JSON as it stands; holds no key.
 */
export type ReadingPlan = {
  readonly object: PinnedObject
  readonly encrypted: boolean
  readonly container: 'ts' | 'mp4'
  /** Of the plaintext. */
  readonly sizeBytes: number
  readonly durationSeconds: number
  /** Given for a transport stream that is played; a file is served as it is. */
  readonly hls: { readonly stream: TransportStream; readonly cutting: Cutting } | null
}
