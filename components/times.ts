/** The zone that times are shown in: `UTC`, or an IANA name such as `Europe/Berlin`. */
export type Zone = string

export const ZONE_COOKIE = 'recordroom-zone'

/** Reads the zone out of a cookie; UTC unless it names a zone that is known here. */
export function parseZone(text: string | undefined): Zone {
  if (text === undefined || text.length > 64) return 'UTC'
  try {
    const name = decodeURIComponent(text)
    return new Intl.DateTimeFormat('en-GB', { timeZone: name }).resolvedOptions().timeZone === 'UTC'
      ? 'UTC'
      : name
  } catch {
    return 'UTC'
  }
}

/** `2026-11-24 10:41:07 +01:00`, or `… UTC`. */
export function formatMoment(at: Date, zone: Zone): string {
  return `${formatDay(at, zone)} ${formatClock(at, zone)}`
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
  const starts = [midnight - DAY_MS, midnight, midnight + DAY_MS]
    .map((near) => midnight - minutesAhead(new Date(near), zone) * 60_000)
    .filter((start) => formatDay(new Date(start), zone) === day)
  return starts.length === 0 ? null : new Date(Math.min(...starts))
}

/** `10:41:07 +01:00`, or `… UTC`. */
export function formatClock(at: Date, zone: Zone): string {
  const { hour, minute, second } = partsOf(at, zone)
  return `${hour}:${minute}:${second} ${formatOffsetFromUtc(at, zone)}`
}

/** `0:07`, `12:03`, `1:02:03`; a dash when nobody knows. */
export function formatDuration(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return '–'
  const whole = Math.max(0, Math.floor(seconds))
  const minutes = Math.floor(whole / 60) % 60
  const hours = Math.floor(whole / 3600)
  const rest = String(whole % 60).padStart(2, '0')
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`
}

/** For gaps and ages: `45 s`, `12 min`, `3 h 20 min`, `4 days`. */
export function formatSpan(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 90) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`
  return `${Math.round(hours / 24)} days`
}

/** `812 B`, `3.4 MB`; powers of 1,000. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** power
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`
}

type Parts = Readonly<Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', string>>

/** One form for what the server and the browser render, whatever their languages are. */
function partsOf(at: Date, zone: Zone): Parts {
  const parts = { year: '', month: '', day: '', hour: '', minute: '', second: '' }
  for (const { type, value } of formatterFor(zone).formatToParts(at))
    if (type in parts) Object.assign(parts, { [type]: value })
  return parts
}

/** `UTC`, or what the zone is ahead of it at that time. */
function formatOffsetFromUtc(at: Date, zone: Zone): string {
  if (zone === 'UTC') return 'UTC'
  const minutes = minutesAhead(at, zone)
  const ahead = Math.abs(minutes)
  const hours = String(Math.floor(ahead / 60)).padStart(2, '0')
  return `${minutes < 0 ? '−' : '+'}${hours}:${String(ahead % 60).padStart(2, '0')}`
}

/** How far a zone is ahead of UTC at a time; behind it, less than 0. */
function minutesAhead(at: Date, zone: Zone): number {
  const { year, month, day, hour, minute, second } = partsOf(at, zone)
  const asUtc = Date.UTC(+year, +month - 1, +day, +hour, +minute, +second)
  return Math.round((asUtc - Math.floor(at.getTime() / 1000) * 1000) / 60_000)
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
