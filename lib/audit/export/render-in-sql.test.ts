import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMigratedDatabase } from '../../../e2e/stack/test-database.ts'
import { openSession, type Session } from '../../../prisma/test-log.ts'
import { renderCsvRecord } from '../../http/csv.ts'
import { csvCell } from './render-in-sql.ts'

let session: Session
beforeAll(async () => {
  session = await openSession((await createMigratedDatabase()).applicationUrl)
})
afterAll(() => session.end())

const cellsOf = async (texts: readonly (string | null)[]): Promise<(string | null)[]> => {
  const sql = `SELECT ${csvCell('given')} AS cell FROM unnest($1::text[]) WITH ORDINALITY AS g(given, place) ORDER BY place`
  return (await session.ask<{ cell: string | null }>(sql, [texts])).map(({ cell }) => cell)
}
const asByHand = (text: string): string => renderCsvRecord([text]).slice(0, -2)

const HOSTILE = [
  ...['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1+1', '＋1', '－1', '＠x'],
  ...['=HYPERLINK("http://x","y")', "=cmd|' /C calc'!A0", '"=1', ' =1', "'=1", '""', '"', ','],
  ...[
    'x;=1+1;y',
    'x\t@A1',
    'x;"=1',
    'a\r\n=1\n+2',
    'a;\uFEFF-1',
    'a;b;c=1',
    '\uFEFF=1',
    '\u200B\u00A0@x',
    '\u0001=1',
    '\v=1',
  ],
  ...['', ' ', 'two\r\nlines', 'a;b', '\u202Eevil', '😀', 'Zoë "Zo" O’Hara', 'é', '\u{1F468}\u200D\u{1F469}'],
]

test('Postgres writes a cell as the portal does', async () => {
  expect(await cellsOf(HOSTILE)).toEqual(HOSTILE.map(asByHand))
  expect(await cellsOf([null])).toEqual([null])
})

test('whatever the text is', async () => {
  const begun = fc.constantFrom(...'=+-@\t\r\n＝＋－＠"\', a;\u200B\uFEFF')
  const texts = fc
    .tuple(begun, begun, begun, fc.string({ unit: 'grapheme', maxLength: 20 }))
    .map((parts) => parts.join(''))
  await fc.assert(
    fc.asyncProperty(fc.array(texts, { maxLength: 50 }), async (given) => {
      const storable = given.map((text) => text.toWellFormed().replaceAll('\0', ''))
      expect(await cellsOf(storable)).toEqual(storable.map(asByHand))
    }),
    { numRuns: 100 },
  )
})
