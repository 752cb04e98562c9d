import { expect, test } from 'vitest'
import { parseStart } from '../../lib/audit/parse-moment.ts'
import { writeMoment } from './write-moment.ts'

test.each([
  ['2026-11-24T09:30:00.000Z', 'UTC', '2026-11-24 09:30'],
  ['2026-11-24T09:30:07.000Z', 'Europe/Zurich', '2026-11-24 10:30:07'],
  ['2026-11-24T09:30:00.250Z', 'Asia/Kolkata', '2026-11-24 15:00:00.250'],
  // The hour that clocks show twice.
  ['2026-10-25T00:30:00.000Z', 'Europe/Zurich', '2026-10-25 02:30+02:00'],
  ['2026-10-25T01:30:00.000Z', 'Europe/Zurich', '2026-10-25 02:30+01:00'],
  ['2026-11-01T05:30:00.000Z', 'America/New_York', '2026-11-01 01:30-04:00'],
])('%s in %s is written %s, and read as the same', (at, zone, text) => {
  expect(writeMoment(new Date(at), zone)).toBe(text)
  expect(parseStart(text, zone)?.toISOString()).toBe(at)
})
