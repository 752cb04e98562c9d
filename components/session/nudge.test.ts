import { describe, expect, test } from 'vitest'
import { planEnd, planNudge } from './nudge.ts'

describe('a seek that hangs', () => {
  test('is moved to where the buffer begins, a frame later', () => {
    expect(planNudge(20, [[20.08, 30]], 60)).toBeCloseTo(20.09)
  })

  test('is moved back before the end of the last range at the end of the recording', () => {
    expect(planNudge(60, [[50, 59.96]], 60)).toBeCloseTo(59.91)
  })

  test('waits while what it wants is loading', () => {
    expect(planNudge(20, [], 60)).toBeNull()
    expect(planNudge(20, [[0, 12]], 60)).toBeNull()
    expect(planNudge(20, [[25, 30]], 60)).toBeNull()
  })

  test('waits in the middle of the recording even when a range ends just before', () => {
    expect(planNudge(20, [[10, 19.96]], 60)).toBeNull()
  })

  test('is left alone when its place is buffered', () => {
    expect(planNudge(20, [[10, 30]], 60)).toBeNull()
    expect(planNudge(10, [[10, 30]], 60)).toBeNull()
  })
})

describe('a seek to the very end', () => {
  test('is moved to the last picture, once', () => {
    expect(planEnd(60, 60)).toBeCloseTo(59.9)
    expect(planEnd(59.95, 60)).toBeCloseTo(59.9)
    expect(planEnd(planEnd(60, 60) ?? 0, 60)).toBeNull()
    expect(planEnd(0, 0.05)).toBe(0)
  })

  test('is left alone anywhere else, and while nobody knows the end', () => {
    expect(planEnd(59.8, 60)).toBeNull()
    expect(planEnd(0, Number.NaN)).toBeNull()
    expect(planEnd(10, Number.POSITIVE_INFINITY)).toBeNull()
  })
})
