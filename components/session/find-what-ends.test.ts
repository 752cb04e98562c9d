import { expect, test } from 'vitest'
import { findWhatEnds } from './find-what-ends.ts'

const at = new Date('2026-11-24T10:00:00Z')
const later = new Date('2026-11-24T17:00:00Z')

test('what ends a viewing is told by when each of them ends', () => {
  expect(findWhatEnds(at, { accessAt: new Date(at.getTime() + 400), signInAt: later })).toBe('access')
  expect(findWhatEnds(at, { accessAt: later, signInAt: at })).toBe('sign-in')
  expect(findWhatEnds(at, { accessAt: null, signInAt: at })).toBe('sign-in')
  expect(findWhatEnds(at, { accessAt: later, signInAt: later })).toBeNull()
})
