import { expect, test } from 'vitest'
import { countBytes, countUncovered, joinSpans } from './spans.ts'

test('spans that touch or overlap become one, in whatever order they come', () => {
  const spans = [
    { start: 30, end: 40 },
    { start: 0, end: 10 },
    { start: 10, end: 20 },
    { start: 5, end: 12 },
    { start: 50, end: 50 },
  ]
  expect(joinSpans(spans)).toEqual([
    { start: 0, end: 20 },
    { start: 30, end: 40 },
  ])
})

test('bytes outside every row are counted once, however often they came', () => {
  const rows = [
    { start: 0, end: 10 },
    { start: 20, end: 30 },
  ]
  const received = [
    { start: 5, end: 25 },
    { start: 8, end: 22 },
  ]
  expect(countUncovered(received, rows)).toBe(10)
  expect(countUncovered([{ start: 29, end: 31 }], rows)).toBe(1)
  expect(countUncovered([{ start: 0, end: 10 }], rows)).toBe(0)
  expect(countUncovered([{ start: 0, end: 3 }], [])).toBe(3)
})

test('bytes are counted, and what ends before it begins has none', () => {
  expect(
    countBytes([
      { start: 2, end: 5 },
      { start: 9, end: 7 },
    ]),
  ).toBe(3)
})
