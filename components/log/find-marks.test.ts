import { expect, test } from 'vitest'
import { findMarks } from './find-marks.ts'

const lines = ['10:00', '09:00', '08:00'].map((clock, index) => ({
  id: String(9 - index),
  at: new Date(`2026-11-24T${clock}Z`),
}))
const review = (clock: string) => ({
  ...{ upTo: new Date(`2026-11-24T${clock}Z`), reviewedAt: new Date(), name: 'Ari', email: null },
  projects: 'all' as const,
})
const mark = (clocks: readonly string[], isFirstPage = true) =>
  [...findMarks(lines, clocks.map(review), isFirstPage)].map(([id, { length }]) => `${id}: ${length}`)

test('a mark stands above the newest line that it takes in', () => {
  expect(mark(['09:00', '08:30', '09:30'])).toEqual(['8: 2', '7: 1'])
  expect(mark(['07:00'])).toEqual([])
})

test('above the first line, it stands only where nothing newer can be', () => {
  expect(mark(['12:00'])).toEqual(['9: 1'])
  expect(mark(['12:00'], false)).toEqual([])
})
