/** The zone that times are read and shown in: `UTC`, or an IANA name such as `Europe/Berlin`. */
export type Zone = string

const LONGEST_NAME = 64

/** Of a zone that is a difference to UTC, however it was written: others read the shorter ways as seconds. */
const DIFFERENCE = /^[+-]\d{2}:\d{2}$/

/** A zone by its name; null for one that is not known here. */
export function findZone(name: string): Zone | null {
  if (name.length > LONGEST_NAME) return null
  try {
    const { timeZone } = new Intl.DateTimeFormat('en-GB', { timeZone: name }).resolvedOptions()
    return timeZone === 'UTC' || DIFFERENCE.test(timeZone) ? timeZone : name
  } catch {
    return null
  }
}

/** `2026-11-24` */
export function formatDay(at: Date, zone: Zone): string {
  const { year, month, day } = partsOf(at, zone)
  return `${year}-${month}-${day}`
}

const DAY_MS = 24 * 60 * 60 * 1000

/**
 * The first moment of a day such as `2026-11-24` in a zone, which is not everywhere midnight; null for what is no day.
 */
export function startOfDay(day: string, zone: Zone): Date | null {
  const midnight = Date.parse(`${day}T00:00:00Z`)
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== day) return null
  const starts = possibleMoments(midnight, zone).filter((start) => formatDay(new Date(start), zone) === day)
  return starts.length === 0 ? null : new Date(Math.min(...starts))
}

/** The first moment after a day in a zone; null for what is no day. */
export function endOfDay(day: string, zone: Zone): Date | null {
  const midnight = startOfDay(day, 'UTC')
  return midnight && startOfDay(new Date(midnight.getTime() + DAY_MS).toISOString().slice(0, 10), zone)
}

/**
 * The moments at which clocks in a zone show this, earliest first: one, none when they are put forward over it, two when
 * they are put back. `shown` is what they show, as if it were UTC.
 */
export function momentsShown(shown: Date, zone: Zone): readonly Date[] {
  const at = shown.getTime()
  return [...new Set(possibleMoments(at, zone))]
    .filter((moment) => moment + minutesAhead(new Date(moment), zone) * 60_000 === at)
    .sort((one, other) => one - other)
    .map((moment) => new Date(moment))
}

/** By each of the differences to UTC that a zone has around that time. */
function possibleMoments(shownMs: number, zone: Zone): number[] {
  return [shownMs - DAY_MS, shownMs, shownMs + DAY_MS].map(
    (near) => shownMs - minutesAhead(new Date(near), zone) * 60_000,
  )
}

/** How far a zone is ahead of UTC at a time; behind it, less than 0. */
export function minutesAhead(at: Date, zone: Zone): number {
  const { year, month, day, hour, minute, second } = partsOf(at, zone)
  const asUtc = Date.UTC(+year, +month - 1, +day, +hour, +minute, +second)
  return Math.round((asUtc - Math.floor(at.getTime() / 1000) * 1000) / 60_000)
}

type Parts = Readonly<Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', string>>

/** One form for what the server and the browser render, whatever their languages are. */
export function partsOf(at: Date, zone: Zone): Parts {
  const parts = { year: '', month: '', day: '', hour: '', minute: '', second: '' }
  for (const { type, value } of formatterFor(zone).formatToParts(at))
    if (type in parts) Object.assign(parts, { [type]: value })
  return parts
}

const formatters = new Map<Zone, Intl.DateTimeFormat>()

function formatterFor(zone: Zone): Intl.DateTimeFormat {
  const made =
    formatters.get(zone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
  formatters.set(zone, made)
  return made
}
