import type { ArchiveKey } from '../crypto/archive-key.ts'
import type { Borders } from '../media/find-segment.ts'
import type { ReadingPlan } from './viewing.ts'

/**
 * What this process holds of a viewing while it is read: its plan, its key (nowhere else, and never written down) and
 * the borders of segments found so far. Another process finds all of it again from the viewing’s row and the wrapped password.
 */
export type OpenRecording = {
  readonly projectId: string
  readonly plan: ReadingPlan
  /** Null for a recording that is not encrypted. */
  readonly key: ArchiveKey | null
  readonly borders: Borders
}

declare global {
  // The framework may load this module once per bundle; a key forgotten in one must be forgotten in all.
  var recordroomOpenRecordings: Map<string, Promise<OpenRecording>> | undefined
}

const MOST_HELD = 500

function held(): Map<string, Promise<OpenRecording>> {
  globalThis.recordroomOpenRecordings ??= new Map()
  return globalThis.recordroomOpenRecordings
}

/** The recording of a viewing as this process holds it, opened by `open` when it does not. The longest unused goes first. */
export function getRecording(viewingId: string, open: () => Promise<OpenRecording>): Promise<OpenRecording> {
  const known = held().get(viewingId)
  held().delete(viewingId)
  const recording = known ?? open()
  held().set(viewingId, recording)
  // A failure is told to those who wait and then forgotten, so that the next one tries again.
  if (!known) recording.catch(() => held().delete(viewingId))
  for (const oldest of held().keys()) {
    if (held().size <= MOST_HELD) break
    forgetRecording(oldest)
  }
  return recording
}

/** Lets go of a viewing’s key; a stream that still reads under it ends at its next window. */
export function forgetRecording(viewingId: string): void {
  held().delete(viewingId)
}
