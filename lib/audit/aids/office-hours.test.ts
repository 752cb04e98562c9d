import { expect, test } from 'vitest'
import { isOutside, officeHoursSchema, parseOfficeHours, USUAL_HOURS } from './office-hours.ts'

const outside = (text: string, zone = 'Europe/Berlin') => isOutside(USUAL_HOURS, new Date(text), zone)

test('office hours are those that clocks show in the zone', () => {
  // A Tuesday.
  expect(outside('2026-11-24T05:59:59Z')).toBe(true)
  expect(outside('2026-11-24T06:00:00Z')).toBe(false)
  expect(outside('2026-11-24T17:59:59Z')).toBe(false)
  expect(outside('2026-11-24T18:00:00Z')).toBe(true)
  expect(outside('2026-11-24T06:00:00Z', 'UTC')).toBe(true)
  // In summer an hour earlier by UTC.
  expect(outside('2026-07-01T05:00:00Z')).toBe(false)
})

test('a weekend is outside, by the days of the zone', () => {
  expect(outside('2026-11-28T10:00:00Z')).toBe(true)
  expect(outside('2026-11-29T10:00:00Z')).toBe(true)
  // Still Friday in Honolulu.
  expect(outside('2026-11-28T03:00:00Z', 'Pacific/Honolulu')).toBe(false)
})

test('a project may have its own, to the end of a day', () => {
  const late = { days: [7, 6, 6], from: '22:00', to: '24:00', zone: 'Asia/Tokyo' }
  expect(parseOfficeHours(late)).toEqual({ ...late, days: [6, 7] })
  expect(isOutside(parseOfficeHours(late), new Date('2026-11-28T14:59:00Z'), 'Asia/Tokyo')).toBe(false)
  expect(parseOfficeHours(null)).toBe(USUAL_HOURS)
})

test.each([
  { days: [], from: '07:00', to: '19:00', zone: null },
  { days: [8], from: '07:00', to: '19:00', zone: null },
  { days: [1], from: '7:00', to: '19:00', zone: null },
  { days: [1], from: '19:00', to: '07:00', zone: null },
  { days: [1], from: '07:00', to: '19:00', zone: 'Mars/Olympus' },
  { days: [1], from: '07:00', to: '19:00', zone: null, more: 1 },
])('%j are none', (given) => {
  expect(officeHoursSchema.safeParse(given).success).toBe(false)
})
