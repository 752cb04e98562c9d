import { expect, test } from 'vitest'
import { ticksBetween, ticksSince } from './clock.ts'

const WRAP = 2 ** 33

test.each([
  [0, 90_000, 90_000],
  [90_000, 0, -90_000],
  [WRAP - 10, 20, 30],
  [20, WRAP - 10, -30],
  [5, 5, 0],
])('from %i to %i it is %i ticks, the short way round', (from, to, ticks) => {
  expect(ticksBetween(from, to)).toBe(ticks)
})

test.each([
  ['of the first frame', 1000, 1000, 0],
  ['of one after the wrap', WRAP - 90_000, 90_000, 180_000],
  ['of one that is decoded a little before', 1000, 1000 - 3600, -3600],
  ['of one that is decoded a little before, across the wrap', 1000, WRAP - 2600, -3600],
  ['of one twenty hours on', 0, 20 * 3600 * 90_000, 20 * 3600 * 90_000],
])('the time since the start %s', (_, start, pts, ticks) => {
  expect(ticksSince(start, pts)).toBe(ticks)
})
