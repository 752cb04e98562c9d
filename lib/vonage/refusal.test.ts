import { expect, test } from 'vitest'
import { findClockSkewSeconds, refuse } from './refusal.ts'

const answer = (status: number, skewSeconds: number | null = 0, body: unknown = undefined) =>
  refuse({ status, skewSeconds, body })

test('a 403 with clocks in step is a matter of credentials', () => {
  const error = answer(403, 3, { code: -1, message: 'Invalid signature' })
  expect(error.code).toBe('recorder-forbidden')
  expect(error.detail).toMatch(/credentials/)
  expect(error.facts).toEqual({ status: 403, said: 'Invalid signature' })
  expect(answer(401, null).code).toBe('recorder-forbidden')
})

test('with clocks apart it is theirs, and says by how much and which way', () => {
  const behind = answer(403, 1_234)
  expect(behind.code).toBe('recorder-clock-skew')
  expect(behind.detail).toContain('1,234 seconds behind')
  expect(behind.facts).toMatchObject({ skewSeconds: 1_234 })
  expect(answer(403, -300).detail).toContain('300 seconds ahead of')
})

test.each([
  [500, 'recorder-unavailable'],
  [503, 'recorder-unavailable'],
  [429, 'recorder-unavailable'],
  [302, 'recorder-misbehaved'],
  [404, 'recorder-misbehaved'],
])('%i is %s', (status, code) => {
  expect(answer(status)).toMatchObject({ code, detail: expect.stringContaining(String(status)) })
})

test('the clock is read from the answer’s Date, against the middle of the call', () => {
  const asked = new Date()
  expect(findClockSkewSeconds(new Date(asked.getTime() + 400_000).toUTCString(), asked)).toBeCloseTo(400, -1)
  expect(findClockSkewSeconds(null, asked)).toBeNull()
  expect(findClockSkewSeconds('yesterday', asked)).toBeNull()
})
