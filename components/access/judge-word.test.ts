import { expect, test } from 'vitest'
import { judgeReason, judgeWord } from './judge-word.ts'

test('what cannot be seen is neither a word nor a reason', () => {
  const unseen = '\u200B\u2060\u00AD'.repeat(5)
  expect(judgeWord(unseen, 3)).toBe('Say why, in a word or two.')
  expect(judgeReason(unseen)).toBe('Say why in at least 10 characters.')
  expect(judgeWord(unseen, 0)).toBeNull()
})

test('characters are counted as they are read', () => {
  expect(judgeWord(` ${'🙈'.repeat(2000)} `, 10)).toBeNull()
  expect(judgeWord('🙈'.repeat(2001), 0)).toBe('Say it in at most 2,000 characters.')
  expect(judgeReason('🙈'.repeat(9))).toBe('Say why in at least 10 characters.')
})
