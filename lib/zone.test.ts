import { expect, test } from 'vitest'
import { endOfDay, findZone, momentsShown, startOfDay } from './zone.ts'

test('a zone is known by its name', () => {
  expect(['UTC', 'Etc/UTC', 'Europe/Berlin', 'Mars/Olympus', '', 'x'.repeat(10_000)].map(findZone)).toEqual([
    ...['UTC', 'UTC', 'Europe/Berlin'],
    ...[null, null, null],
  ])
})

test('a difference to UTC is one zone, however it is written', () => {
  expect(['+02:00', '+0200', '+02', '-03:30', '-0330'].map(findZone)).toEqual([
    ...['+02:00', '+02:00', '+02:00'],
    ...['-03:30', '-03:30'],
  ])
})

test('a day begins at its first moment in a zone, also where clocks change at midnight', () => {
  const begins = (day: string, zone: string) => startOfDay(day, zone)?.toISOString()
  expect(begins('2026-11-24', 'UTC')).toBe('2026-11-24T00:00:00.000Z')
  expect(begins('2026-11-24', 'Europe/Berlin')).toBe('2026-11-23T23:00:00.000Z')
  expect(begins('2026-07-01', 'America/New_York')).toBe('2026-07-01T04:00:00.000Z')
  // Beirut's clocks go from 24:00 to 1:00, Havana's from 1:00 to 0:00.
  expect(begins('2026-03-29', 'Asia/Beirut')).toBe('2026-03-28T22:00:00.000Z')
  expect(begins('2026-11-01', 'America/Havana')).toBe('2026-11-01T04:00:00.000Z')
  expect(begins('2026-11-24', 'Pacific/Kiritimati')).toBe('2026-11-23T10:00:00.000Z')
})

test('what is no day begins never', () => {
  expect(['2026-02-30', '2026-13-01', 'today', ''].map((day) => startOfDay(day, 'UTC'))).toEqual([
    ...[null, null],
    ...[null, null],
  ])
})

test('a day ends when the next begins, 23 or 25 hours later when clocks change', () => {
  const hours = (day: string) =>
    ((endOfDay(day, 'Europe/Berlin')?.getTime() ?? 0) - (startOfDay(day, 'Europe/Berlin')?.getTime() ?? 0)) /
    3_600_000
  expect(['2026-11-24', '2026-03-29', '2026-10-25', '2026-12-31'].map(hours)).toEqual([24, 23, 25, 24])
  expect(endOfDay('2026-02-30', 'UTC')).toBeNull()
})

test('clocks show a time once, never when put forward over it, and twice when put back', () => {
  const shown = (text: string) =>
    momentsShown(new Date(`${text}Z`), 'Europe/Berlin').map((at) => at.toISOString())
  expect(shown('2026-11-24T10:00:00.250')).toEqual(['2026-11-24T09:00:00.250Z'])
  expect(shown('2026-03-29T02:30:00')).toEqual([])
  expect(shown('2026-10-25T02:30:00')).toEqual(['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z'])
})
