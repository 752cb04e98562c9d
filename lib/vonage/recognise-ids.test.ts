import { describe, expect, test } from 'vitest'
import { MAX_IDS, recogniseIds } from './recognise-ids.ts'

const session = (seed: number): string =>
  `2_${Buffer.from(`1~46201502~~17726007678${seed}~random${seed}~~`).toString('base64url')}`
const one = session(10)
const archiveId = 'b67d02b5-c32e-4ea8-b82a-ba6c89edde59'

const idsIn = (text: string): string[] =>
  recogniseIds(text).ids.map((id) => (id.kind === 'session-id' ? id.sessionId : id.archiveId))

describe('an ID is found', () => {
  test.each([
    ['alone', one],
    ['in quotes and spaces', `  “${one}”\r\n`],
    ['in an address', `https://portal.test/sessions/${one}?archive=1`],
    ['in HTML', `<b title="x">${one}</b><script>alert(1)</script>`],
    ['in JSON', `{"tokboxSessionId":"${one}"}`],
    [
      'with marks of direction around and within it',
      `\u202E${one.slice(0, 12)}\u200F\u200B${one.slice(12)}\u202C`,
    ],
    ['with NUL in it', `\0${one.slice(0, 9)}\0${one.slice(9)}`],
  ])('%s', (_where, text) => {
    expect(idsIn(text)).toEqual([one])
  })

  test('each once, in its order, archive IDs too and in small letters', () => {
    expect(idsIn(`${session(11)}, ${archiveId.toUpperCase()}; ${one} ${session(11)}`)).toEqual([
      session(11),
      archiveId,
      one,
    ])
  })

  test('a hundred at most, and how many more there were is said', () => {
    const many = Array.from({ length: MAX_IDS + 7 }, (_, index) => session(1000 + index))
    const { ids, passedOverCount, restSentence } = recogniseIds(many.join('\n'))
    expect([ids.length, passedOverCount, restSentence]).toEqual([MAX_IDS, 7, null])
  })
})

test('punctuation beside an ID is not worth a word, text is', () => {
  expect(recogniseIds(`"${one}",`).restSentence).toBeNull()
  expect(recogniseIds(`please look at ${one}`)).toMatchObject({
    rest: 'please look at',
    restSentence: expect.stringContaining('passed over'),
  })
})

test.each([
  ['1_MX40', /cut off after 6 characters/],
  [`1_${'A'.repeat(10_000)}`, /has 10,002 characters; a session ID has fewer than/],
  [archiveId.slice(0, 20), /archive ID that is cut off: 20 characters of 36/],
  ['46201502', /looks like an API key/],
  ['T1==cGFydG5lcl9pZD0', /token of a call, which is a secret/],
  ['eyJhbGciOiJIUzI1NiJ9.e30.x', /signed token, which is a secret/],
  ['<img src=x onerror=alert(1)>', /no session ID in this \(28 characters\)/],
  ['x', /\(1 character\)/],
])('%j is said to be none, and what it seems to be', (text, sentence) => {
  const { ids, restSentence } = recogniseIds(text)
  expect(ids).toEqual([])
  expect(restSentence).toMatch(sentence)
})

test.each([[''], ['  \n\t'], ['\0\0'], ['\u202E\u200F\u200B']])('%j is nothing', (text) => {
  expect(recogniseIds(text)).toEqual({ ids: [], passedOverCount: 0, rest: '', restSentence: null })
})

test('a megabyte of anything takes no time', () => {
  const started = performance.now()
  for (const text of [
    '1_'.repeat(500_000),
    '<'.repeat(1_000_000),
    'a-'.repeat(500_000),
    `${one} `.repeat(14_000),
  ]) {
    recogniseIds(text)
  }
  expect(performance.now() - started).toBeLessThan(2_000)
})
