import { expect, test } from 'vitest'
import { readQuery, withQuery } from './query.ts'

test('a parameter that is given twice, empty or unasked for is none', () => {
  expect(readQuery({ q: 'a', after: ['1', '2'], open: '', other: 'x' }, ['q', 'after', 'open'])).toEqual({
    q: 'a',
  })
})

test('an address says only what holds something', () => {
  expect(withQuery('/sessions', { q: '1_a b', after: null, open: '' })).toBe('/sessions?q=1_a+b')
  expect(withQuery('/audit', {})).toBe('/audit')
})
