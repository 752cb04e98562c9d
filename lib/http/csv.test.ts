import { describe, expect, test } from 'vitest'
import { renderCsvRecord } from './csv.ts'

test('a record is cells, commas between them, and CRLF at its end', () => {
  const at = new Date('2026-11-24T09:00:00.000+02:00')
  expect(renderCsvRecord(['Retail', 7, -1.5, true, null, at])).toBe(
    '"Retail",7,-1.5,true,,2026-11-24T07:00:00.000Z\r\n',
  )
  expect(renderCsvRecord([])).toBe('\r\n')
})

describe('text', () => {
  test.each([
    ['with a comma; or what divides elsewhere\t', '"with a comma; or what divides elsewhere\t"'],
    ['a "word"', '"a ""word"""'],
    ['two\r\nlines', '"two\r\nlines"'],
    ['', '""'],
    ['007', '"007"'],
  ])('%j is one cell', (text, cell) => {
    expect(renderCsvRecord([text])).toBe(`${cell}\r\n`)
  })

  test.each(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])(
    'that begins with %j is computed by no spreadsheet',
    (first) => {
      expect(renderCsvRecord([`${first}HYPERLINK("x")`])).toBe(`"'${first}HYPERLINK(""x"")"\r\n`)
      expect(renderCsvRecord([`a${first}`])).toBe(`"a${first}"\r\n`)
    },
  )

  test.each([
    [' =1+1', `' =1+1`],
    ['\uFEFF=1+1', `'\uFEFF=1+1`],
    ['\u200B\u00A0@x', `'\u200B\u00A0@x`],
    ['x;=1+1;y', `x;'=1+1;y`],
    ['x;"=1+1', `x;""'=1+1`],
    ['x\n=1+1\n - 2', `x\n'=1+1\n '- 2`],
    ['x\t@A1', `x\t'@A1`],
    ['Mozilla/5.0 (X11; Linux; rv:1.0) a=b; c-d', 'Mozilla/5.0 (X11; Linux; rv:1.0) a=b; c-d'],
  ])('%j is computed neither behind what is not seen nor where semicolons divide', (text, cell) => {
    expect(renderCsvRecord([text])).toBe(`"${cell}"\r\n`)
  })
})
