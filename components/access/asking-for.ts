import { isTooLong, USUAL_LONGEST_GRANT_DAYS } from '../../lib/access/grant-length.ts'
import type { ShownScope } from '../../lib/access/grant-scope.ts'
import { formatDay, startOfDay, type Zone } from '../../lib/zone.ts'

/** What access is asked for: by name or ID, known here or not. */
export type Wanted =
  | { readonly kind: 'archive'; readonly archiveId: string }
  | { readonly kind: 'session'; readonly sessionId: string }
  | { readonly kind: 'project'; readonly project: string }

/** How long, in days; the last is as long as anybody may ask for. */
export const SPANS = [
  { days: 1, label: 'One day' },
  { days: 7, label: 'One week' },
  { days: 30, label: '30 days' },
  { days: USUAL_LONGEST_GRANT_DAYS, label: `${USUAL_LONGEST_GRANT_DAYS} days` },
] as const

const DAY_MS = 24 * 60 * 60 * 1000
const ROUND_MS = 5 * 60 * 1000

/** Whole five minutes, and never more than the days it is called: clocks differ, and the portal counts by its own. */
export function endOfSpan(days: number, now: Date): Date {
  return new Date(Math.floor((now.getTime() + days * DAY_MS) / ROUND_MS) * ROUND_MS)
}

/** When access until a day ends that is chosen in a calendar: with that day, in the reader's zone; null for what is no day. */
export function endOfDay(day: string, zone: Zone): Date | null {
  const start = startOfDay(day, zone)
  return start === null ? null : startOfDay(formatDay(new Date(start.getTime() + 1.5 * DAY_MS), zone), zone)
}

/** What stands against access until then, in words; null where nothing does. */
export function judgeEnd(end: Date | null, now: Date): string | null {
  if (end === null) return 'Choose the last day.'
  if (end <= now) return 'Choose a day that is not over.'
  return isTooLong({ from: now, until: end, now, longestDays: USUAL_LONGEST_GRANT_DAYS })
    ? `Choose a day within ${USUAL_LONGEST_GRANT_DAYS} days from now.`
    : null
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const SESSION_ID = /^[12]_[A-Za-z0-9_~-]{8,252}={0,2}$/
const LONGEST_NAME = 120

/** What somebody wrote: an ID by its form, else the name of a project; null for nothing. */
export function readWanted(text: string): Wanted | null {
  const plain = text.trim().replace(/^["'‘’“”<]+|["'‘’“”>]+$/g, '')
  if (plain === '' || plain.length > Math.max(LONGEST_NAME, 255)) return null
  if (UUID.test(plain)) return { kind: 'archive', archiveId: plain.toLowerCase() }
  if (SESSION_ID.test(plain)) return { kind: 'session', sessionId: plain }
  return plain.length > LONGEST_NAME ? null : { kind: 'project', project: plain }
}

/** Something that may be asked for, in the words of the place it is asked from. */
export type Offer = { readonly wanted: Wanted; readonly label: string }

/**
 * What may be asked for where an address was refused: a session by its ID; none in particular where recordings are
 * found. Null where no access to recordings would open it.
 */
export function planOffers(path: string): Offer[] | null {
  if (path === '/' || path === '/sessions') return []
  const [, sessions, id, ...rest] = path.split('/')
  if (sessions !== 'sessions' || id === undefined || rest.length > 0) return null
  const wanted = readWanted(decode(id))
  return wanted?.kind === 'session' ? [{ wanted, label: 'Every recording of this session' }] : []
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** Tells things apart that may be asked for. */
export function keyOf(wanted: Wanted): string {
  if (wanted.kind === 'archive') return `archive ${wanted.archiveId}`
  return wanted.kind === 'session' ? `session ${wanted.sessionId}` : `project ${wanted.project}`
}

/** What it is called in a sentence. */
export function nameOf(wanted: Wanted): string {
  if (wanted.kind === 'archive') return `recording ${wanted.archiveId}`
  return wanted.kind === 'session' ? `session ${wanted.sessionId}` : wanted.project
}

/** The same as an address takes it. */
export function toScope(wanted: Wanted): Readonly<Record<string, string>> {
  const { kind: _, ...scope } = wanted
  return scope
}

/** A request of the reader's own that nobody has decided yet. */
export type OpenRequest = { readonly wanted: Wanted; readonly lapsesAt: Date }

type Line = { readonly scope: ShownScope; readonly state: string; readonly lapsesAt: Date }

/** Of somebody's requests, those that wait. */
export function toOpenRequests(lines: readonly Line[]): OpenRequest[] {
  return lines.flatMap(({ scope, state, lapsesAt }) => {
    const wanted = state === 'open' ? wantedOf(scope) : null
    return wanted === null ? [] : { wanted, lapsesAt }
  })
}

function wantedOf({ kind, project, sessionId, archiveId }: ShownScope): Wanted | null {
  if (kind === 'archive') return archiveId === null ? null : { kind, archiveId }
  if (kind === 'session') return sessionId === null ? null : { kind, sessionId }
  return kind === 'project' && project !== null ? { kind, project } : null
}
