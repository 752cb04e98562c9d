import { isUuid } from '../uuid.ts'
import { dropInvisible, recogniseIds } from '../vonage/recognise-ids.ts'
import { type EventFilter, isCursor } from './find.ts'
import { isAuditAction } from './logged-event.ts'

/** What the address of the log's page may hold. */
export const LOG_PARAMETERS = ['session', 'person', 'action', 'viewing', 'unfold', 'after', 'open'] as const
export type LogParameters = { readonly [name in (typeof LOG_PARAMETERS)[number]]?: string }

export type LogQuery = {
  readonly filter: Omit<EventFilter, 'projectIds'>
  /** The viewing whose every line is asked for. */
  readonly unfold: string | null
  readonly after: string | null
  /** A sentence for each parameter that could not be read. Where there is one, nothing is looked for. */
  readonly faults: readonly string[]
}

const MAX_PERSON_LENGTH = 200

/**
 * Reads the log's filter out of the address of its page: a session ID or an archive ID however it was pasted, somebody,
 * an action, a viewing.
 */
export function parseLogQuery(given: LogParameters): LogQuery {
  const faults: string[] = []
  const person = dropInvisible(given.person ?? '')
    .trim()
    .slice(0, MAX_PERSON_LENGTH)
  const filter = {
    ...readRecording(given.session, faults),
    ...(person === '' ? {} : { person }),
    ...readAction(given.action, faults),
    ...readViewing(given.viewing, faults),
  }
  return {
    filter,
    unfold: given.unfold !== undefined && isUuid(given.unfold) ? given.unfold.toLowerCase() : null,
    after: readAfter(given.after, faults),
    faults,
  }
}

function readRecording(
  text: string | undefined,
  faults: string[],
): Pick<EventFilter, 'sessionId' | 'archiveId'> {
  if (text === undefined || text.trim() === '') return {}
  const { ids, restSentence } = recogniseIds(text)
  const [id] = ids
  if (id === undefined) {
    faults.push(restSentence ?? 'This is neither a session ID nor an archive ID.')
    return {}
  }
  if (ids.length > 1) faults.push('The log is read for one session or archive at a time.')
  return id.kind === 'session-id' ? { sessionId: id.sessionId } : { archiveId: id.archiveId }
}

function readAction(text: string | undefined, faults: string[]): Pick<EventFilter, 'action'> {
  if (text === undefined) return {}
  if (isAuditAction(text)) return { action: text }
  faults.push('The log knows no such action.')
  return {}
}

function readViewing(text: string | undefined, faults: string[]): Pick<EventFilter, 'viewingId'> {
  if (text === undefined) return {}
  if (isUuid(text)) return { viewingId: text.toLowerCase() }
  faults.push('This is not the ID of a viewing.')
  return {}
}

function readAfter(text: string | undefined, faults: string[]): string | null {
  if (text === undefined) return null
  if (isCursor(text)) return text
  faults.push('The place to go on from is not one that this page gave.')
  return null
}
