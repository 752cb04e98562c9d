import { expect, test } from 'vitest'
import { isFreshEnough, maxAuthAgeOf } from './fresh-sign-in.ts'

const now = new Date('2026-03-29T01:30:00Z')
const ago = (seconds: number): Date => new Date(now.getTime() - seconds * 1000)

test.each([
  ['just now', ago(0), true],
  ['so long ago as may be', ago(600), true],
  ['a moment longer ago', ago(600.001), false],
  ['across a change of summer time', new Date('2026-03-29T00:59:59+01:00'), false],
  ['by a clock that is a little ahead', ago(-30), true],
  ['at a time that is yet to come', ago(-90), false],
  ['nobody says when', null, false],
])('who one is was proved %s', (_, authTime, expected) => {
  expect(isFreshEnough(authTime, 600, now)).toBe(expected)
})

test.each([
  ['says nothing', null, 28_800],
  ['is stricter', 600, 600],
  ['is laxer', 90_000, 28_800],
])('the stricter limit holds where a project %s', (_, playMaxAuthAgeSeconds, expected) => {
  const services = { env: { playMaxAuthAgeSeconds: 28_800 } }
  expect(maxAuthAgeOf(services, { playMaxAuthAgeSeconds })).toBe(expected)
})
