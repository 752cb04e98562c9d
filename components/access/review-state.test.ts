import { expect, test } from 'vitest'
import { parseProblem } from '../frame/asking.ts'
import {
  beginVerdict,
  countReviewed,
  endVerdict,
  isOpen,
  moveCursor,
  type ReviewState,
  readReviewKey,
} from './review-state.ts'

const begun: ReviewState = {
  ...{ ids: ['a', 'b', 'c'], lockedIds: new Set<string>(), cursor: 0, reviewed: new Map() },
}

test('the cursor stays within the list', () => {
  expect(moveCursor(begun, -1).cursor).toBe(0)
  expect(moveCursor(moveCursor(begun, 1), 1).cursor).toBe(2)
  expect(moveCursor({ ...begun, cursor: 2 }, 1).cursor).toBe(2)
})

test('after a verdict it goes to the next that is open, and round the end', () => {
  const first = beginVerdict({ ...begun, cursor: 1 }, 'b', 'keep')
  expect(first.cursor).toBe(2)
  const second = beginVerdict(first, 'c', 'remove')
  expect(second.cursor).toBe(0)
  expect(beginVerdict(second, 'a', 'keep').cursor).toBe(0)
})

test('what was refused is open again and not counted', () => {
  const sent = beginVerdict(begun, 'a', 'keep')
  expect([isOpen(sent, 'a'), isOpen(sent, 'b')]).toEqual([false, true])
  const refused = endVerdict(sent, 'a', { kind: 'refused', problem: parseProblem(403, null) })
  expect(isOpen(refused, 'a')).toBe(true)
  const kept = endVerdict(refused, 'b', { kind: 'done', verdict: 'keep' })
  const removed = endVerdict(kept, 'c', { kind: 'done', verdict: 'remove' })
  expect(countReviewed(removed)).toEqual({ mine: 3, done: 2, kept: 1, removed: 1 })
})

test('what is for others to review is passed over and not counted', () => {
  const locked = { ...begun, lockedIds: new Set(['b']) }
  expect([isOpen(locked, 'a'), isOpen(locked, 'b')]).toEqual([true, false])
  expect(beginVerdict(locked, 'a', 'keep').cursor).toBe(2)
  expect(countReviewed(locked)).toEqual({ mine: 2, done: 0, kept: 0, removed: 0 })
})

test('keys', () => {
  expect(['j', 'ArrowDown', 'ArrowUp', 'k', 'K', 'r', 'x'].map(readReviewKey)).toEqual([
    'next',
    'next',
    'back',
    'keep',
    'keep',
    'remove',
    null,
  ])
})
