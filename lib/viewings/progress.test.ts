import { expect, test } from 'vitest'
import { isSeek, mergePlayed, parseProgress } from './progress.ts'

const BEAT = { positionSeconds: 12.5, played: [[0, 12.5]], rate: 1, visible: true }

test('a heartbeat is read as it comes', () => {
  expect(parseProgress({ ...BEAT, more: 'of it' })).toEqual(BEAT)
  expect(parseProgress({ ...BEAT, closing: true })).toEqual({ ...BEAT, closing: true })
})

test.each([
  ['a place before the beginning', { positionSeconds: -1 }],
  ['a place that is no number', { positionSeconds: null }],
  ['half a range', { played: [[1]] }],
  ['too many ranges', { played: Array.from({ length: 201 }, () => [0, 1]) }],
  ['no rate', { rate: undefined }],
])('%s is refused', (_, more) => {
  expect(() => parseProgress({ ...BEAT, ...more })).toThrow(
    expect.objectContaining({ code: 'request-invalid' }),
  )
})

test('a claim that the log has no room for is refused, or its viewing could never be ended on record', () => {
  const most = 2_000_000
  expect(most * 1000).toBeLessThan(2 ** 31)
  expect(parseProgress({ ...BEAT, played: [[0, most]] }).played).toEqual([[0, most]])
  expect(() => parseProgress({ ...BEAT, played: [[0, most + 1]] })).toThrow(/played/)
  expect(() => parseProgress({ ...BEAT, positionSeconds: most + 1 })).toThrow(/positionSeconds/)
})

test('ranges that touch are one; what is empty or reversed is none', () => {
  expect(
    mergePlayed([
      [10, 12],
      [0, 5],
      [5.1, 9],
      [7, 7],
      [30, 20],
    ]),
  ).toEqual([
    [0, 9],
    [10, 12],
  ])
})

test('a jump that playing does not explain is a seek', () => {
  expect(isSeek(null, 100, 5)).toBe(false)
  expect(isSeek(10, 15, 5)).toBe(false)
  expect(isSeek(10, 9.5, 5)).toBe(false)
  expect(isSeek(10, 2, 5)).toBe(true)
  expect(isSeek(10, 100, 5)).toBe(true)
})
