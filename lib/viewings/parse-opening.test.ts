import { describe, expect, test } from 'vitest'
import { type Opening, parseOpening, requireReason } from './parse-opening.ts'

const ASKED = {
  archiveId: '1C4D6F01-bf2e-4147-8b7d-598830384723',
  reasonCode: 'quality',
  reason: 'A look at how this works.',
}
const REASONS = [
  { code: 'quality', label: 'Quality', caseRequired: false },
  { code: 'regulator', label: 'Regulator’s request', caseRequired: true },
]
const parse = (more: object): Opening => parseOpening({ ...ASKED, ...more })

test('an opening is read as it was asked, its archive’s ID in lower case', () => {
  expect(parse({ caseReference: ' C-4711 ' })).toEqual({
    ...ASKED,
    archiveId: ASKED.archiveId.toLowerCase(),
    caseReference: 'C-4711',
  })
  expect(parse({}).caseReference).toBeNull()
})

test('a case is what is seen of it, and one of which nothing is seen is none', () => {
  expect(parse({ caseReference: '\u200EC\u00A04711\u200B' }).caseReference).toBe('C 4711')
  const unseen = parse({ reasonCode: 'regulator', caseReference: '\u200B\u2060\u2800' })
  expect(unseen.caseReference).toBeNull()
  expect(() => requireReason(unseen, REASONS)).toThrow(expect.objectContaining({ code: 'case-required' }))
})

test.each([
  ['no ID of an archive', { archiveId: 'abc' }],
  ['a number for a code', { reasonCode: 7 }],
  ['an object for a case', { caseReference: {} }],
  ['a case that is misspelt', { caseRefrence: 'C-4711' }],
])('%s is refused as not understood', (_, more) => {
  expect(() => parse(more)).toThrow(expect.objectContaining({ code: 'request-invalid' }))
})

describe('a reason', () => {
  test('that was left out is none', () => {
    const { reason: _, ...unsaid } = ASKED
    expect(() => requireReason(parseOpening(unsaid), REASONS)).toThrow(
      expect.objectContaining({ code: 'reason-invalid' }),
    )
  })

  const judge = (reason: unknown): void => requireReason(parse({ reason }), REASONS)

  test.each([
    ['none', undefined],
    ['null', null],
    ['a number', 4711],
    ['nine characters', 'x'.repeat(9)],
    ['blanks', ' '.repeat(40)],
    ['what cannot be seen', '\u200b\u2060\ufeff'.repeat(20)],
    ['control characters', '\0\x01\x7f'.repeat(20)],
    ['2,001 characters', 'x'.repeat(2001)],
    ['60,000 characters', 'x'.repeat(60_000)],
  ])('of %s is none', (_, reason) => {
    expect(() => judge(reason)).toThrow(expect.objectContaining({ code: 'reason-invalid' }))
  })

  test.each(['x'.repeat(10), 'x'.repeat(2000), '😀'.repeat(2000), 'two\nlines of it'])(
    'is taken',
    (reason) => {
      expect(() => judge(reason)).not.toThrow()
    },
  )

  test('is kept without what the database cannot hold', () => {
    expect(parse({ reason: 'a\0 good\ud800 reason\r\n\tof it' }).reason).toBe(
      'a good\ufffd reason\r\n\tof it',
    )
    expect(parse({ caseReference: 'C\0-1' }).caseReference).toBe('C-1')
  })
})

test('a code must be the project’s, and may need a case', () => {
  expect(() => requireReason(parse({ reasonCode: 'curiosity' }), REASONS)).toThrow(/none of this project/)
  expect(() => requireReason(parse({ reasonCode: 'regulator' }), REASONS)).toThrow(/case reference/)
  expect(() => requireReason(parse({ reasonCode: 'regulator', caseReference: 'C-1' }), REASONS)).not.toThrow()
})
