import { findZone, formatDay, minutesAhead, partsOf, type Zone } from '../lib/zone.ts'

export const ZONE_COOKIE = 'recordroom-zone'

/** Reads the zone out of a cookie; UTC unless it names a zone that is known here. */
export function parseZone(text: string | undefined): Zone {
  try {
    return findZone(decodeURIComponent(text ?? '')) ?? 'UTC'
  } catch {
    return 'UTC'
  }
}

/** `2026-11-24 10:41:07 +01:00`, or `… UTC`. */
export function formatMoment(at: Date, zone: Zone): string {
  return `${formatDay(at, zone)} ${formatClock(at, zone)}`
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

/** `UTC`, or what the zone is ahead of it at that time. */
function formatOffsetFromUtc(at: Date, zone: Zone): string {
  if (zone === 'UTC') return 'UTC'
  const minutes = minutesAhead(at, zone)
  const ahead = Math.abs(minutes)
  const hours = String(Math.floor(ahead / 60)).padStart(2, '0')
  return `${minutes < 0 ? '−' : '+'}${hours}:${String(ahead % 60).padStart(2, '0')}`
}
