import { expect, test } from 'vitest'
import { AppError } from '../errors.ts'
import type { ScopedProject } from './scope.ts'
import { findStaleness } from './staleness.ts'

const now = new Date('2026-03-04T10:00:00Z')
const ago = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000)
const HOUR = 60

const project = (changes: Partial<ScopedProject> = {}): ScopedProject => ({
  id: '0199',
  name: 'Retail EU',
  region: null,
  unit: null,
  environment: null,
  recorderKey: '1',
  reasons: [],
  createdAt: ago(100 * HOUR),
  recentReadAt: ago(1),
  wholeReadAt: ago(9 * HOUR),
  readFailedAt: null,
  readFailureCode: null,
  readFailure: null,
  isWide: true,
  newerThan: null,
  sessionIds: [],
  archiveIds: [],
  ...changes,
})

const stale = (changes: Partial<ScopedProject> = {}, failure?: AppError) =>
  findStaleness(project(changes), { failure, now })

test('what was read a minute ago is fresh', () => {
  expect(stale()).toBeNull()
})

test('a project that was just set up is not late yet', () => {
  expect(stale({ createdAt: ago(5), recentReadAt: null, wholeReadAt: null })).toBeNull()
})

test.each([
  [{ recentReadAt: ago(11) }, /more than ten minutes/],
  [{ recentReadAt: null }, /more than ten minutes/],
  [{ wholeReadAt: ago(51 * HOUR) }, /two nights/],
  [{ wholeReadAt: null }, /two nights/],
])('%j is late, though nothing says why', (changes, detail) => {
  expect(stale(changes)).toMatchObject({
    code: 'internal',
    detail: expect.stringMatching(detail),
    failedAt: now,
  })
})

test('what went wrong is said, in the words of the code where none were kept', () => {
  const failed = { readFailedAt: ago(2), readFailureCode: 'recorder-unavailable' }
  expect(stale({ ...failed, readFailure: 'It is down.' })).toEqual({
    project: 'Retail EU',
    readAt: ago(1),
    failedAt: ago(2),
    code: 'recorder-unavailable',
    detail: 'It is down.',
  })
  expect(stale(failed)?.detail).toBe('The recorder does not answer.')
  expect(stale({ ...failed, readFailureCode: 'of-another-version' })?.code).toBe('internal')
})

test('a recorder that did not answer just now goes first', () => {
  const failure = new AppError('recorder-clock-skew', '5 seconds.')
  expect(stale({ readFailedAt: ago(2), readFailureCode: 'recorder-unavailable' }, failure)).toMatchObject({
    code: 'recorder-clock-skew',
    detail: '5 seconds.',
    failedAt: now,
  })
})
