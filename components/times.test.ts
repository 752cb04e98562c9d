import { describe, expect, test } from 'vitest'
import { formatBytes, formatClock, formatDuration, formatMoment, formatSpan, parseZone } from './times.ts'

const winter = new Date('2026-11-24T09:41:07.900Z')
const summer = new Date('2026-07-01T23:30:00Z')

describe('a time', () => {
  test('carries its zone', () => {
    expect(formatMoment(winter, 'UTC')).toBe('2026-11-24 09:41:07 UTC')
    expect(formatMoment(winter, 'Europe/Berlin')).toBe('2026-11-24 10:41:07 +01:00')
  })

  test('follows the clocks of summer, and the day with them', () => {
    expect(formatMoment(summer, 'Europe/Berlin')).toBe('2026-07-02 01:30:00 +02:00')
  })

  test('lies behind UTC or between the hours', () => {
    expect(formatClock(winter, 'America/New_York')).toBe('04:41:07 −05:00')
    expect(formatClock(winter, 'Asia/Kathmandu')).toBe('15:26:07 +05:45')
  })

  test('says midnight as 00', () => {
    expect(formatClock(new Date('2026-01-01T00:00:05Z'), 'UTC')).toBe('00:00:05 UTC')
  })
})

describe('the zone in a cookie', () => {
  test('is UTC when it is missing, unknown or odd', () => {
    for (const text of [
      undefined,
      '',
      'UTC',
      'Etc/UTC',
      'Mars/Olympus',
      '<script>',
      '%E0%A4%A',
      'x'.repeat(100),
    ]) {
      expect(parseZone(text)).toBe('UTC')
    }
  })

  test('may be escaped', () => {
    expect(parseZone('Europe%2FBerlin')).toBe('Europe/Berlin')
  })
})

test('a length is said in minutes or hours, and not at all when nobody knows', () => {
  expect([7, 723.9, 3723, null].map(formatDuration)).toEqual(['0:07', '12:03', '1:02:03', '–'])
})

test('a span is said as a person would', () => {
  expect([45, 720, 12_000, 7200, 350_000].map(formatSpan)).toEqual([
    '45 s',
    '12 min',
    '3 h 20 min',
    '2 h',
    '4 days',
  ])
})

test('bytes are said in powers of a thousand', () => {
  expect([0, 812, 3_400_000, 999_999, 2_000_000_000].map(formatBytes)).toEqual([
    '0 B',
    '812 B',
    '3.4 MB',
    '1000 kB',
    '2.0 GB',
  ])
})
