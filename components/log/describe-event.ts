import type { LoggedEvent } from '../../lib/audit/logged-event.ts'
import { formatBytes, formatDuration } from '../times.ts'
import { ACTION_WORDS, count } from '../words.ts'

/** One thing a line of the log holds; `at` where it is a time. */
export type Fact = { readonly label: string; readonly value: string }

/** Everything a line holds, in words and in the order it is asked about; what it does not hold is left out. */
export function describeEvent(event: LoggedEvent): Fact[] {
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
    ['Address', event.address],
    ['Browser', event.userAgent],
    ['Request', event.requestId],
    ['Target', event.targetId === null ? null : `${event.targetKind ?? ''} ${event.targetId}`.trim()],
    ['Project', event.project],
    ['Project ID', event.projectId],
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
  ]
  return facts.flatMap(([label, value]) => (value === null || value === '' ? [] : { label, value }))
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
