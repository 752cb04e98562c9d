import { describe, expect, test } from 'vitest'
import { planDropFrom, planDueDate, planDueUntil } from './plan-dates.ts'

describe('a month is due', () => {
  test.each([
    ['2024-01', 1, '2024-03-01'],
    ['2024-02', 12, '2025-03-01'],
    ['2023-02', 12, '2024-03-01'],
    ['2023-12', 72, '2030-01-01'],
    ['2024-08', 0, '2024-09-01'],
    ['2028-02', 6, '2028-09-01'],
  ])('%s, kept for %i months, on %s', (month, kept, due) => {
    expect(planDueDate(month, kept).toISOString()).toBe(`${due}T00:00:00.000Z`)
  })

  test('exactly when its end is before the moment that is asked for, whatever the day', () => {
    for (const now of [
      '2024-02-29T23:59:59Z',
      '2024-03-01T00:00:00Z',
      '2024-03-31T12:00:00Z',
      '2025-01-01T00:00:00Z',
    ])
      for (const kept of [1, 6, 12, 13, 72])
        for (let back = 0; back < 90; back += 1) {
          const month = new Date(Date.UTC(2025, 0 - back, 1)).toISOString().slice(0, 7)
          const ends = planDueDate(month, 0)
          expect(planDueDate(month, kept) <= new Date(now)).toBe(ends <= planDueUntil(new Date(now), kept))
        }
  })

  test('and is no date that is none', () => {
    for (const month of ['2024-13', '2024-1', '24-01', '2024-00', ''])
      expect(() => planDueDate(month, 1)).toThrow('no month')
  })
})

test('a week lies between an announcement and a drop', () => {
  expect(planDropFrom(new Date('2024-02-26T10:00:00Z'))).toEqual(new Date('2024-03-04T10:00:00Z'))
})
