import { z } from 'zod'
import { findZone, formatDay, partsOf, type Zone } from '../../zone.ts'

/** When a project's people are at work: days from Monday, 1, to Sunday, 7. */
export type OfficeHours = {
  readonly days: readonly number[]
  /** Such as `07:00`. */
  readonly from: string
  /** Exclusive; `24:00` is the day's end. */
  readonly to: string
  /** Empty: in that of whoever asks. */
  readonly zone: Zone | null
}

export const USUAL_HOURS: OfficeHours = { days: [1, 2, 3, 4, 5], from: '07:00', to: '19:00', zone: null }

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'must be a time such as 07:00')

export const officeHoursSchema = z
  .strictObject({
    days: z
      .array(z.int().min(1).max(7))
      .min(1)
      .max(7)
      .transform((days) => [...new Set(days)].sort()),
    from: time,
    to: time,
    zone: z
      .string()
      .refine((name) => findZone(name) !== null, 'must be a time zone, such as Europe/Berlin')
      .nullable(),
  })
  .refine(({ from, to }) => from < to, { path: ['to'], message: 'must be later than from' })

/** As a project's row keeps them; the usual ones when it keeps none. */
export function parseOfficeHours(kept: unknown): OfficeHours {
  return kept === null || kept === undefined ? USUAL_HOURS : officeHoursSchema.parse(kept)
}

/** Whether clocks in the zone show a time outside of them. */
export function isOutside({ days, from, to }: OfficeHours, at: Date, zone: Zone): boolean {
  const { hour, minute } = partsOf(at, zone)
  const weekday = new Date(`${formatDay(at, zone)}T00:00:00Z`).getUTCDay() || 7
  const clock = `${hour}:${minute}`
  return !days.includes(weekday) || clock < from || clock >= to
}
