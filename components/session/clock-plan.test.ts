import { describe, expect, test } from 'vitest'
import { planClock } from './clock-plan.ts'

const at = (time: string): Date => new Date(`2026-11-24T${time}Z`)
const archive = (archiveId: string, time: string, durationSeconds: number | null) => ({
  archiveId,
  createdAt: at(time),
  durationSeconds,
})

describe('the wall-clock line', () => {
  test('has nothing to show without archives', () => {
    expect(planClock([])).toBeNull()
  })

  test('is filled by a single archive', () => {
    const plan = planClock([archive('a', '09:00:00', 600)])
    expect(plan?.bars).toEqual([{ archiveId: 'a', lane: 0, left: 0, width: 100, isGuess: false }])
    expect(plan?.endsAt).toEqual(at('09:10:00'))
    expect(plan?.gaps).toEqual([])
  })

  test('shows a gap in its place, with its true length', () => {
    const plan = planClock([archive('a', '09:00:00', 450), archive('b', '09:08:20', 500)])
    expect(plan?.gaps).toEqual([{ left: 45, width: 5, seconds: 50 }])
    expect(plan?.bars.map(({ left, width }) => [left, width])).toEqual([
      [0, 45],
      [50, 50],
    ])
  })

  test('shortens a gap of hours, but not what is recorded', () => {
    const plan = planClock([archive('a', '01:00:00', 440), archive('b', '21:00:00', 440)])
    expect(plan?.gaps[0]?.seconds).toBe(20 * 3600 - 440)
    expect(plan?.gaps[0]?.width).toBeCloseTo(10.71, 1)
    expect(plan?.bars[1]?.left).toBeCloseTo(55.36, 1)
  })

  test('puts archives that overlap into lanes, and goes back to the first one that is free', () => {
    const plan = planClock([
      archive('a', '09:00:00', 600),
      archive('b', '09:05:00', 600),
      archive('c', '09:10:00', 60),
    ])
    expect(plan?.bars.map(({ archiveId, lane }) => [archiveId, lane])).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 0],
    ])
    expect(plan?.laneCount).toBe(2)
    expect(plan?.gaps).toEqual([])
  })

  test('puts them in order, whatever order they come in', () => {
    const plan = planClock([archive('b', '09:10:00', 600), archive('a', '09:00:00', 600)])
    expect(plan?.bars.map(({ archiveId }) => archiveId)).toEqual(['a', 'b'])
  })

  test('draws one of unknown length as a minute, and says so', () => {
    const plan = planClock([archive('a', '09:00:00', null), archive('b', '09:01:00', 60)])
    expect(plan?.bars.map(({ width, isGuess }) => [width, isGuess])).toEqual([
      [50, true],
      [50, false],
    ])
  })

  test('tells neither a gap’s length nor the end where the length before it is unknown', () => {
    const plan = planClock([
      archive('a', '09:00:00', null),
      archive('b', '09:05:00', 60),
      archive('c', '09:07:00', null),
    ])
    expect(plan?.gaps.map(({ seconds }) => seconds)).toEqual([null, 60])
    expect(plan?.endsAt).toBeNull()
  })

  test('keeps one of no length at all visible', () => {
    expect(planClock([archive('a', '09:00:00', 0), archive('b', '09:00:01', 99)])?.bars[0]?.width).toBe(1)
  })
})
