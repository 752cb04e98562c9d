import { describe, expect, test } from 'vitest'
import { joinPlayed, NOTHING_PLAYED, noteBreak, notePlaying, type PlayedSeconds } from './played-seconds.ts'

function watch(steps: readonly (readonly [position: number, atMs: number])[], rate = 1): PlayedSeconds {
  return steps.reduce(
    (played, [position, atMs]) => notePlaying(played, { position, atMs, rate }),
    NOTHING_PLAYED,
  )
}

describe('what was played', () => {
  test('grows with the position', () => {
    const steps = [0, 1, 2, 3, 4].map((step) => [step * 0.25, step * 250] as const)
    expect(watch(steps).ranges).toEqual([[0, 1]])
  })

  test('holds no jump that playing does not explain', () => {
    const played = watch([
      [0, 0],
      [1, 1000],
      [60, 1250],
      [61, 2250],
    ])
    expect(played.ranges).toEqual([
      [0, 1],
      [60, 61],
    ])
  })

  test('holds nothing for a jump back', () => {
    expect(
      watch([
        [10, 0],
        [5, 250],
        [5.5, 750],
      ]).ranges,
    ).toEqual([[5, 5.5]])
  })

  test('takes what four times the speed explains', () => {
    expect(
      watch(
        [
          [0, 0],
          [4, 1000],
        ],
        4,
      ).ranges,
    ).toEqual([[0, 4]])
    expect(
      watch(
        [
          [0, 0],
          [4, 1000],
        ],
        1,
      ).ranges,
    ).toEqual([])
  })

  test('begins anew after a break', () => {
    const before = watch([
      [0, 0],
      [1, 1000],
    ])
    const after = notePlaying(noteBreak(before), { position: 1.3, atMs: 1300, rate: 1 })
    expect(after.ranges).toEqual([[0, 1]])
    expect(notePlaying(after, { position: 1.8, atMs: 1800, rate: 1 }).ranges).toEqual([
      [0, 1],
      [1.3, 1.8],
    ])
  })

  test('joins what touches or overlaps, in order', () => {
    expect(
      joinPlayed([
        [5, 6],
        [0, 2],
        [1, 3],
        [3.02, 4],
      ]),
    ).toEqual([
      [0, 4],
      [5, 6],
    ])
  })

  test('is no more than a heartbeat takes', () => {
    const scattered = Array.from({ length: 500 }, (_, n) => [n * 2, n * 2 + 1] as const)
    expect(joinPlayed(scattered)).toHaveLength(200)
  })
})
