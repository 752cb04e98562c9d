import { expect, test } from 'vitest'
import { isAwaiting } from './is-awaiting.ts'

test('what was given waits by its state, what was approved by its grant’s', () => {
  expect(isAwaiting({ grantId: 'g', state: 'awaiting' })).toBe(true)
  expect(isAwaiting({ state: 'approved', grantState: 'awaiting' })).toBe(true)
  for (const other of [
    { state: 'in force' },
    { state: 'approved', grantState: 'in force' },
    {},
    null,
    'awaiting',
  ])
    expect(isAwaiting(other)).toBe(false)
})
