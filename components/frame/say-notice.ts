import type { NoticeAbout } from '../../lib/notices/notice-kind.ts'
import type { Zone } from '../../lib/zone.ts'
import { formatMoment } from '../times.ts'
import type { Notice } from './notices.ts'

/** What somebody is told, in a sentence. */
export function sayNotice(
  { kind, about, isGiver }: Pick<Notice, 'kind' | 'about' | 'isGiver'>,
  zone: Zone,
): string {
  const reach = sayReach(about)
  const to = reach === null ? '' : ` to ${reach}`
  const of = sayChanged(about)
  switch (kind) {
    case 'request.made':
      return `${about.person ?? 'Somebody'} asks for access${to}.`
    case 'request.approved':
      return about.state === 'awaiting'
        ? `Your request for access${to} was approved, and waits for a second administrator.`
        : `Your request for access${to} was approved.`
    case 'request.refused':
      return `Your request for access${to} was refused.`
    case 'request.lapsed':
      return `A request for access${to} lapsed: nobody decided in time.`
    case 'grant.awaiting':
      return `A grant of access${to} waits for a second administrator.`
    case 'grant.suspended':
      return isGiver
        ? sayGiven(about, reach, 'waits for a second administrator')
        : `${sayAccess(about)}${to} waits for a second administrator, and opens nothing until then.`
    case 'grant.given':
      return isGiver
        ? sayGiven(about, reach, `was approved${sayFrom(about, zone)}`)
        : `${sayHolder(about)} given access${to}${sayFrom(about, zone)}.`
    case 'grant.refused':
      return about.counted === 'before' && !isGiver
        ? `${sayAccess(about)}${to} has ended: no second administrator approved it.`
        : `A grant of access${to} was not approved.`
    case 'grant.revoked':
      return `${isGiver ? 'A grant of access' : sayAccess(about)}${to} was taken back.`
    case 'grant.ending':
      return isGiver ? sayGiven(about, reach, 'is about to end') : `${sayAccess(about)}${to} is about to end.`
    case 'change.awaiting':
      return `A change of ${of} waits for a second administrator.`
    case 'change.decided':
      return `A change of ${of} was decided.`
    case 'drop.announced':
      return sayAnnounced(about)
  }
}

/** What a change is of, where it is named. */
export function sayChanged({ scope, project = null }: NoticeAbout): string {
  if (scope === 'portal') return 'the portal’s own log'
  return scope === 'all' ? 'all projects' : (project ?? 'a project')
}

/** What the log’s rule will drop: of a project personal values, of all projects whole months. */
function sayAnnounced({ part, project, from, to }: NoticeAbout): string {
  const months = from === to ? from : `${from} to ${to}`
  if (part === 'lines') return `In a week the log drops the lines of ${months}.`
  return `In a week the log drops personal values of ${project ?? 'the portal itself'}: ${months}.`
}

/** How far access reaches, by its kind and by names; null where neither is known. */
function sayReach({ scope, project = null, region, unit }: NoticeAbout): string | null {
  const within = project === null ? '' : ` of ${project}`
  switch (scope) {
    case 'region':
      return `the region ${region}`
    case 'unit':
      return `the unit ${unit}`
    case 'session':
      return `one session${within}`
    case 'archive':
      return `one recording${within}`
    default:
      return project
  }
}

function sayHolder({ group = null }: NoticeAbout): string {
  return group === null ? 'You were' : `Your group ${group} was`
}

function sayAccess({ group = null }: NoticeAbout): string {
  return group === null ? 'Your access' : `The access of your group ${group}`
}

/** Where it has begun already, nothing. */
function sayFrom({ from = null }: NoticeAbout, zone: Zone): string {
  const at = from === null ? null : new Date(from)
  return at === null || Number.isNaN(at.getTime()) ? '' : `, from ${formatMoment(at, zone)} on`
}

/** What has become of access that whoever is told gave. */
function sayGiven({ holder = null, group = null }: NoticeAbout, reach: string | null, what: string): string {
  const whom = group === null ? holder : `the group ${group}`
  return `Access you gave${whom === null ? '' : ` to ${whom}`} ${what}${reach === null ? '' : `: ${reach}`}.`
}
