import { expect, test } from 'vitest'
import { planFetches, planWindows } from './plan-windows.ts'

const MIB = 1024 * 1024

test('a segment that fits is one window', () => {
  expect(planWindows({ start: 0, end: 1_200_000 }, 'segment')).toEqual([{ start: 0, end: 1_200_000 }])
})

test('nothing is no window', () => {
  expect(planWindows({ start: 5, end: 5 }, 'file')).toEqual([])
})

test('a file begins small and never passes 4 MiB', () => {
  const windows = planWindows({ start: 7, end: 7 + 40 * MIB }, 'file')
  expect(windows[0]).toEqual({ start: 7, end: 7 + MIB })
  expect(windows[1]).toEqual({ start: 7 + MIB, end: 7 + 3 * MIB })
  for (const { start, end } of windows) expect(end - start).toBeLessThanOrEqual(4 * MIB)
})

test.each(['segment', 'file'] as const)('the windows of a %s join without a gap', (kind) => {
  const windows = planWindows({ start: 100, end: 33_333_333 }, kind)
  expect(windows[0]?.start).toBe(100)
  expect(windows.at(-1)?.end).toBe(33_333_333)
  windows.slice(1).forEach((window, n) => {
    expect(window.start).toBe(windows[n]?.end)
  })
})

test.each([
  ['segment', 2_500_000, 2],
  ['segment', 400_000, 1],
  ['file', 2_500_000, 1],
] as const)('a window of a %s of %i bytes is fetched in %i', (kind, length, count) => {
  const fetches = planFetches({ start: 7, end: 7 + length }, kind)
  expect(fetches).toHaveLength(count)
  expect(fetches[0]?.start).toBe(7)
  expect(fetches.at(-1)?.end).toBe(7 + length)
  expect(fetches.slice(1).every(({ start }, n) => start === fetches[n]?.end)).toBe(true)
})
