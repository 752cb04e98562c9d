import type { OfficeHours } from '../../lib/audit/aids/office-hours.ts'

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

/** `Monday to Friday, 07:00 to 19:00 (Europe/Berlin)`. */
export function sayHours({ days, from, to, zone }: OfficeHours): string {
  return `${sayDays(days)}, ${from} to ${to}${zone === null ? '' : ` (${zone})`}`
}

function sayDays(days: readonly number[]): string {
  const [first, ...rest] = [...days].sort((one, other) => one - other)
  if (first === undefined) return 'no day'
  const last = rest.at(-1)
  const name = (day: number): string => DAYS[day - 1] ?? ''
  const isRun = rest.every((day, index) => day === first + index + 1)
  if (last === undefined) return name(first)
  if (isRun && rest.length > 1) return `${name(first)} to ${name(last)}`
  return [first, ...rest].map(name).join(', ')
}
