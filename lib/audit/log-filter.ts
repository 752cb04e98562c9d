import { plainAddress } from '../http/plain-address.ts'
import { plainText } from '../plain-words.ts'
import { seenCase } from '../seen-case.ts'
import { isUuid } from '../uuid.ts'
import { dropInvisible, recogniseIds } from '../vonage/recognise-ids.ts'
import { findZone, type Zone } from '../zone.ts'
import { AUDIT_ACTIONS, type AuditAction, type AuditOutcome } from './event.ts'
import { parseEnd, parseStart } from './parse-moment.ts'

/** What the log is looked through for: by page, export and pull alike. Everything named must fit. */
export type LogFilter = {
  /** A mail, a name or a part of it, a subject, or a service’s name. */
  readonly person?: string
  /** Held at the time. */
  readonly role?: LogRole
  readonly action?: AuditAction
  readonly outcome?: AuditOutcome
  /** A reason’s code. */
  readonly reason?: string
  /** As it was given: on record it may stand with marks that nobody sees, or without. */
  readonly caseReference?: string
  /** A project’s name, now or earlier. */
  readonly project?: string
  readonly sessionId?: string
  readonly archiveId?: string
  readonly viewingId?: string
  readonly address?: string
  readonly from?: Date
  /** Exclusive. */
  readonly to?: Date
}

const ROLES = ['reviewer', 'admin', 'auditor'] as const
export type LogRole = (typeof ROLES)[number]
const OUTCOMES: readonly AuditOutcome[] = ['allowed', 'refused', 'failed']

/** Parameters of an address that make a filter. `zone` says where clocks show the times that name no zone themselves. */
export const LOG_FILTER_PARAMETERS = [
  ...['person', 'role', 'action', 'outcome', 'reason', 'case', 'project'],
  ...['session', 'archive', 'viewing', 'address', 'from', 'to', 'zone'],
] as const
const KNOWN: ReadonlySet<string> = new Set(LOG_FILTER_PARAMETERS)

/** An address’s parameters as they came; a list where one was given more than once. */
export type GivenParameters = Readonly<Record<string, string | readonly string[] | undefined>>

export type ParsedLogFilter = {
  readonly filter: LogFilter
  /** In which `from` and `to` were read. */
  readonly zone: Zone
  /** A sentence for each thing that could not be read. Where there is one, nothing is looked for. */
  readonly faults: readonly string[]
}

const LONGEST_VALUE = 200
const LONGEST_PASTE = 2000
const LONGEST_NAME_TOLD = 40
const MOST_UNKNOWN_TOLD = 5

/** Every parameter of a query string. */
export function listParameters(query: URLSearchParams): GivenParameters {
  return Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name)]))
}

/** Reads a filter. `zone` is the reader’s own, for when the parameters name none. */
export function parseLogFilter(given: GivenParameters, zone: Zone = 'UTC'): ParsedLogFilter {
  const faults: string[] = [...findUnknown(given)]
  const read = (name: (typeof LOG_FILTER_PARAMETERS)[number], longest = LONGEST_VALUE): string => {
    const values = [given[name] ?? []].flat()
    if (values.length > 1) faults.push(`“${name}” is given more than once.`)
    const [text = ''] = values
    if (text.length <= longest) return text
    faults.push(`“${name}” has ${text.length} characters; ${longest} are taken.`)
    return ''
  }
  const one = <T>(text: string, find: (text: string) => T | null, fault: string): T | undefined => {
    if (text === '') return undefined
    const value = find(text)
    if (value === null) faults.push(fault)
    return value ?? undefined
  }
  // What nobody can see asks for something: all of the log would be no answer to it.
  const words = (name: (typeof LOG_FILTER_PARAMETERS)[number], plain: (text: string) => string) => {
    const text = read(name)
    const said = plain(text).trim()
    if (said === '' && text.trim() !== '') faults.push(`“${name}” holds nothing that can be seen.`)
    return said === '' ? undefined : said
  }
  const inZone = one(read('zone'), findZone, 'No time zone has this name.') ?? zone
  const filter = dropMissing({
    person: words('person', dropInvisible),
    role: one(read('role'), memberOf(ROLES), 'There is no such role.'),
    action: one(read('action'), findAction, 'The log knows no such action.'),
    outcome: one(read('outcome'), memberOf(OUTCOMES), 'An outcome is allowed, refused or failed.'),
    reason: words('reason', plainText),
    caseReference: words('case', (text) => (seenCase(text) === null ? '' : plainText(text))),
    project: words('project', plainText),
    ...readRecording(read('session', LONGEST_PASTE), faults),
    viewingId: one(read('viewing').trim(), findUuid, 'This is not the ID of a viewing.'),
    address: one(read('address').trim(), plainAddress, 'This is not an IP address.'),
    from: one(read('from').trim(), (text) => parseStart(text, inZone), dateFault('from', inZone)),
    to: one(read('to').trim(), (text) => parseEnd(text, inZone), dateFault('to', inZone)),
  })
  const archiveId = one(read('archive').trim(), findUuid, 'This is not the ID of an archive.')
  if (archiveId !== undefined && filter.archiveId !== undefined && archiveId !== filter.archiveId)
    faults.push('The log is read for one archive at a time.')
  if (filter.from && filter.to && filter.from >= filter.to)
    faults.push('The time to look through ends before it begins.')
  return { filter: { ...filter, ...(archiveId && { archiveId }) }, zone: inZone, faults }
}

function findUnknown(given: GivenParameters): string[] {
  const unknown = Object.keys(given).filter((name) => !KNOWN.has(name) && given[name] !== undefined)
  const told = unknown
    .slice(0, MOST_UNKNOWN_TOLD)
    .map((name) => `The log has no filter “${dropInvisible(name).slice(0, LONGEST_NAME_TOLD)}”.`)
  const rest = unknown.length - told.length
  return rest > 0 ? [...told, `So it is with ${rest} more.`] : told
}

/** A session ID or an archive ID, however it was pasted. */
function readRecording(text: string, faults: string[]): Pick<LogFilter, 'sessionId' | 'archiveId'> {
  if (text.trim() === '') return {}
  const { ids, restSentence } = recogniseIds(text)
  const [id] = ids
  if (id === undefined) {
    faults.push(restSentence ?? 'This is neither a session ID nor an archive ID.')
    return {}
  }
  if (ids.length > 1) faults.push('The log is read for one session or archive at a time.')
  return id.kind === 'session-id' ? { sessionId: id.sessionId } : { archiveId: id.archiveId }
}

const dateFault = (name: string, zone: Zone): string =>
  `“${name}” is no time that there is in ${zone}: a day such as 2026-11-24, or a time such as 2026-11-24T10:30.`

const findUuid = (text: string): string | null => (isUuid(text) ? text.toLowerCase() : null)
const findAction = (text: string): AuditAction | null => (isAction(text) ? text : null)
const isAction = (text: string): text is AuditAction => Object.hasOwn(AUDIT_ACTIONS, text)
const memberOf =
  <T extends string>(members: readonly T[]) =>
  (text: string): T | null =>
    members.find((member) => member === text) ?? null

type Present<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> }

function dropMissing<T extends object>(values: T): Present<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Present<T>
}
