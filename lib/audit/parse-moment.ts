import { endOfDay, momentsShown, startOfDay, type Zone } from '../zone.ts'

const DAY = /^\d{4}-\d{2}-\d{2}$/
/** With a difference to UTC it is one moment. A plus arrives as a space where an address was not written with care. */
const TIME =
  /^(?<day>\d{4}-\d{2}-\d{2})[T ](?<clock>\d{2}:\d{2})(?::(?<seconds>\d{2})(?:\.(?<fraction>\d{1,9}))?)?(?:(?<utc>Z)|(?<sign>[-+ ])(?<hours>\d{2}):?(?<minutes>\d{2}))?$/
const MOST_HOURS_AHEAD = 14
const [FIRST_YEAR, LAST_YEAR] = [1970, 2999]

/**
 * Where a stretch of time begins: a day’s first moment in the zone, a time as clocks show it there, or a moment with its
 * own difference to UTC. Null for what there is not. Of a time that clocks show twice, the earlier.
 */
export function parseStart(text: string, zone: Zone): Date | null {
  if (!isTold(text)) return null
  return DAY.test(text) ? startOfDay(text, zone) : (momentsOf(text, zone, Math.floor)[0] ?? null)
}

/** Where it ends, exclusive: a day’s end. Of a time that clocks show twice, the later. */
export function parseEnd(text: string, zone: Zone): Date | null {
  if (!isTold(text)) return null
  return DAY.test(text) ? endOfDay(text, zone) : (momentsOf(text, zone, Math.ceil).at(-1) ?? null)
}

function isTold(text: string): boolean {
  const year = Number(text.slice(0, 4))
  return year >= FIRST_YEAR && year <= LAST_YEAR
}

function momentsOf(text: string, zone: Zone, round: (milliseconds: number) => number): readonly Date[] {
  const { day, clock, seconds = '00', fraction = '0', ...offset } = TIME.exec(text)?.groups ?? {}
  if (day === undefined || clock === undefined) return []
  const shown = new Date(`${day}T${clock}:${seconds}Z`)
  // What does not exist, such as 30 February or 24:00, is read as something else or not at all.
  if (Number.isNaN(shown.getTime()) || shown.toISOString().slice(0, 19) !== `${day}T${clock}:${seconds}`)
    return []
  const at = new Date(shown.getTime() + round(Number(`0.${fraction}`) * 1000))
  if (offset.utc === 'Z') return [at]
  if (offset.hours === undefined) return momentsShown(at, zone)
  const [hours, minutes] = [Number(offset.hours), Number(offset.minutes)]
  if (hours > MOST_HOURS_AHEAD || minutes > 59) return []
  const ahead = (hours * 60 + minutes) * (offset.sign === '-' ? -60_000 : 60_000)
  return [new Date(at.getTime() - ahead)]
}
