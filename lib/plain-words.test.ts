import { expect, test } from 'vitest'
import { parseApproval, parseDecision } from './access/requests/parse-decisions.ts'
import { countSeen, requireWords } from './plain-words.ts'
import { parseChangeDecision } from './projects/parse-change-decision.ts'

const OF_NO_WIDTH = '\u200B\u2060\u00AD\u3164\uFE0F\u2800'.repeat(5)

test('characters are counted that can be seen', () => {
  expect(countSeen(` ${OF_NO_WIDTH}\t`)).toBe(0)
  expect(countSeen(`${OF_NO_WIDTH} né 🙈 `)).toBe(4)
})

test('what cannot be seen is no reason', () => {
  expect(() => requireWords('reason', OF_NO_WIDTH)).toThrow(
    expect.objectContaining({ code: 'reason-invalid' }),
  )
})

test('a word has at most as many characters as a form counts', () => {
  const parsers = [parseDecision, parseApproval, parseChangeDecision]
  for (const parse of parsers) {
    const longest = '🙈'.repeat(2000)
    expect(parse({ approve: true, word: ` ${longest}\n` }).word).toBe(longest)
    expect(() => parse({ approve: true, word: `${longest}.` })).toThrow(
      expect.objectContaining({
        code: 'request-invalid',
        detail: 'word: must have 2,000 characters or fewer.',
      }),
    )
    for (const word of [null, undefined, '', ' \n']) expect(parse({ approve: true, word }).word).toBeNull()
  }
})
