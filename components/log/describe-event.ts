import type { Origin } from '../../lib/audit/find-origins.ts'
import type { LoggedEvent } from '../../lib/audit/logged-event.ts'
import { formatBytes, formatDuration } from '../times.ts'
import { ACTION_WORDS, count } from '../words.ts'

/** One thing a line of the log holds. */
export type Fact = { readonly label: string; readonly value: string; readonly isPersonal: boolean }

/** What stands apart from its row and may be dropped. */
const PERSONAL: ReadonlySet<string> = new Set(['Name', 'Mail', 'Address', 'Browser', 'In words', 'Case'])

/** Everything a line holds, in words and in the order it is asked about; what it does not hold is left out. */
export function describeEvent(event: LoggedEvent, origin: Origin | null): Fact[] {
  const facts: [label: string, value: string | null][] = [
    ['Action', `${ACTION_WORDS[event.action]} (${event.action})`],
    ['Outcome', event.outcome],
    ['Code', event.code],
    ['Name', event.actorName],
    ['Mail', event.actorEmail],
    ['Subject', event.actorSubject],
    ['Issuer', event.actorIssuer],
    ['Kind', event.actorKind],
    ['Roles then', event.actorRoles.length === 0 ? null : event.actorRoles.join(', ')],
    ['Sign-in', event.signInId],
    ['Signed in at', origin?.signedInAt?.toISOString() ?? null],
    ['Proof', [origin?.acr, ...(origin?.amr ?? [])].filter((text) => text != null).join(', ')],
    ['Address', event.address],
    ['Browser', event.userAgent],
    ['Request', event.requestId],
    ['Target', event.targetId === null ? null : `${event.targetKind ?? ''} ${event.targetId}`.trim()],
    ['Project', event.project],
    ['Project ID', event.projectId],
    ['Region', origin?.region ?? null],
    ['Session', event.sessionId],
    ['Archive', event.archiveId],
    ['Viewing', event.viewingId],
    ['Grant', event.grantId],
    ['Reason', event.reasonCode],
    ['In words', event.reason],
    ['Case', event.caseReference],
    ['Window', describeWindow(event)],
    ['Sent', event.bytes === null ? null : `${new Intl.NumberFormat('en').format(event.bytes)} bytes`],
    ['Of the recording', describeMedia(event)],
    ['Claimed played', describeClaimed(event.claimed)],
    ['Certificate', event.certificateFingerprint],
    ['Before', renderJson(event.before)],
    ['After', renderJson(event.after)],
    ['Line', `${event.id}, event ${event.eventId}`],
    ['Portal’s clock', describeClock(event)],
    ['Written by', describeWriter(origin)],
    ['Seal', origin && (origin.block === null ? 'not sealed yet' : `in block ${origin.block}`)],
  ]
  return facts.flatMap(([label, value]) =>
    value === null || value === '' ? [] : { label, value, isPersonal: PERSONAL.has(label) },
  )
}

/** The event’s own ID holds the time of whoever wrote it; the row’s is the database’s. */
function describeClock({ eventId, at }: LoggedEvent): string {
  const written = Number.parseInt(eventId.replaceAll('-', '').slice(0, 12), 16)
  const ahead = written - at.getTime()
  const apart = `${new Intl.NumberFormat('en').format(Math.abs(ahead))} ms ${ahead > 0 ? 'later' : 'earlier'}`
  return `${new Date(written).toISOString()}, ${apart}`
}

function describeWriter(origin: Origin | null): string | null {
  if (origin === null) return null
  const { applicationVersion, applicationInstance, writer, schemaVersion } = origin
  const version = applicationVersion === null ? 'an unnamed version' : `version ${applicationVersion}`
  const instance = applicationInstance === null ? '' : ` on ${applicationInstance}`
  return `${version}${instance}, as ${writer}; form ${schemaVersion}`
}

/** What was served during a viewing, in one line. */
export function describeServed(folded: NonNullable<LoggedEvent['folded']>): string {
  const served = `${formatBytes(folded.servedBytes)} in ${count(folded.windows, 'window')}`
  return folded.mediaSeconds > 0
    ? `${formatDuration(folded.mediaSeconds)} served, ${served}`
    : `${served} served`
}

/** `bytes 0–4,194,303`: the last byte is named, as people count. */
export function describeWindow({ windowStart, windowEnd }: LoggedEvent): string | null {
  if (windowStart === null || windowEnd === null) return null
  const format = new Intl.NumberFormat('en')
  return `bytes ${format.format(windowStart)}–${format.format(Math.max(windowStart, windowEnd - 1))}`
}

export function describeMedia({ mediaFromSeconds, mediaToSeconds }: LoggedEvent): string | null {
  if (mediaFromSeconds === null || mediaToSeconds === null) return null
  return `${formatDuration(mediaFromSeconds)}–${formatDuration(mediaToSeconds)}`
}

export function describeClaimed(claimed: LoggedEvent['claimed']): string | null {
  if (claimed.length === 0) return null
  return claimed.map(([from, to]) => `${formatDuration(from)}–${formatDuration(to)}`).join(', ')
}

function renderJson(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value, null, 2)
}
