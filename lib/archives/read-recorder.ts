import { AppError } from '../errors.ts'
import type { RecorderArchive } from '../vonage/archive.ts'
import type { Recorder } from '../vonage/client.ts'

export type Reading = {
  /** Only the archives of one session. */
  readonly sessionId?: string
  /** At most 1,000. */
  readonly pageSize: number
}

export const PAGE_SIZE = 1_000

/** Each page begins a little before the end of the one before, so that a gap between them shows. */
const OVERLAP_SHARE = 0.02
const MAX_REPEATS = 4
const MAX_STEPS_BACK = 20
/** Twenty million archives. */
const MAX_PAGES = 20_000

/**
 * A recorder's list, newest first, a page at a time until one is short; `count` is not believed. The list changes while
 * it is read: what comes in front pushes the rest back and is met twice, what is deleted pulls it forward and would be
 * missed, so a page that has nothing in common with the one before is followed by an earlier one. A page that brings
 * nothing new is asked for again. Holds two pages at most.
 * Throws what the recorder throws, and `recorder-misbehaved` when the list does not come to an end.
 */
export async function* readRecorder(
  recorder: Pick<Recorder, 'listArchives'>,
  { sessionId, pageSize }: Reading,
  signal: AbortSignal,
): AsyncGenerator<readonly RecorderArchive[]> {
  const overlap = Math.max(1, Math.floor(pageSize * OVERLAP_SHARE))
  let offset = 0
  let before: ReadonlySet<string> = new Set()
  let repeats = 0
  let stepsBack = 0
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    signal.throwIfAborted()
    const query = { offset, count: pageSize, ...(sessionId === undefined ? {} : { sessionId }) }
    const { archives, receivedIds } = await recorder.listArchives(query, signal)
    const isGap = before.size > 0 && offset > 0 && receivedIds.every((id) => !before.has(id))
    if (isGap && stepsBack < MAX_STEPS_BACK) {
      stepsBack += 1
      // Half a page, so that the page which meets the one before also goes beyond it.
      offset = Math.max(0, offset - Math.ceil(pageSize / 2))
      continue
    }
    if (isGap)
      throw new AppError('recorder-misbehaved', 'The recorder’s list changes faster than it can be read.')
    stepsBack = 0
    const isFull = receivedIds.length >= pageSize
    const bringsNothing = before.size > 0 && receivedIds.every((id) => before.has(id))
    if (isFull && bringsNothing) {
      repeats += 1
      if (repeats > MAX_REPEATS) {
        throw new AppError(
          'recorder-misbehaved',
          'The recorder sends the same page of its list again and again.',
        )
      }
      continue
    }
    repeats = 0
    yield archives
    if (!isFull) return
    before = new Set(receivedIds)
    offset += receivedIds.length - overlap
  }
  throw new AppError('recorder-misbehaved', 'The recorder’s list does not come to an end.')
}
