/** What a cell may hold. Times are written in UTC. */
export type CsvCell = string | number | boolean | Date | null

/** What a spreadsheet takes for the beginning of a formula, and the full-width forms that some of them take alike. */
export const FORMULA_BEGINNINGS = '=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20'

// Regular expressions of the portal and of Postgres alike.
const FORMULA = '[=+\\-@\\uFF1D\\uFF0B\\uFF0D\\uFF20]'
/** What spreadsheets drop or do not show: blanks, controls, marks of direction, characters of no width. */
const UNSEEN =
  ' \\u0001-\\u001F\\u007F-\\u00A0\\u00AD\\u061C\\u1680\\u180E\\u2000-\\u200F\\u2028-\\u202F\\u205F-\\u206F\\u3000\\uFEFF'

/** A formula after what is not seen. */
export const HIDDEN_FORMULA = `^[${UNSEEN}]+${FORMULA}`

/**
 * A formula at the beginning of what is a cell or a record where another character than the comma divides: a quote in
 * the middle of what is a cell there holds nothing together.
 */
export const DIVIDED_FORMULA = `([;\\t\\r\\n][${UNSEEN}"]*)(${FORMULA})`

/**
 * One record of CSV (RFC 4180), its end included. Text stands in quotes, so that a separator of another country's
 * spreadsheet divides few; what would be computed, there too, is led by an apostrophe, which makes text of it.
 */
export function renderCsvRecord(cells: readonly CsvCell[]): string {
  return `${cells.map(renderCell).join(',')}\r\n`
}

const HIDDEN = new RegExp(HIDDEN_FORMULA)
const DIVIDED = new RegExp(DIVIDED_FORMULA, 'g')

function renderCell(cell: CsvCell): string {
  if (cell === null) return ''
  if (cell instanceof Date) return cell.toISOString()
  if (typeof cell !== 'string') return String(cell)
  const [first] = cell
  const isFormula = (first !== undefined && FORMULA_BEGINNINGS.includes(first)) || HIDDEN.test(cell)
  const text = `${isFormula ? "'" : ''}${cell.replaceAll(DIVIDED, "$1'$2")}`
  return `"${text.replaceAll('"', '""')}"`
}

/** An answer of records that are made as they are taken; one that fails on the way breaks the connection. */
export function csv(records: AsyncGenerator<string>, fileName: string): Response {
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await records.next()
      if (done === true) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    async cancel() {
      await records.return(undefined)
    },
  })
  return new Response(body, {
    headers: {
      'Content-Type': 'text/csv; charset=utf-8; header=present',
      'Content-Disposition': `attachment; filename="${fileName}"`,
    },
  })
}
