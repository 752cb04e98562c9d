/** What a cell may hold. Times are written in UTC. */
export type CsvCell = string | number | boolean | Date | null

/** What a spreadsheet takes for the beginning of a formula, and the full-width forms that some of them take alike. */
export const FORMULA_BEGINNINGS = '=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20'

/**
 * One record of CSV (RFC 4180), its end included. Text stands in quotes, so that a separator of another country's
 * spreadsheet divides none; what would be computed is led by an apostrophe, which makes text of it.
 */
export function renderCsvRecord(cells: readonly CsvCell[]): string {
  return `${cells.map(renderCell).join(',')}\r\n`
}

function renderCell(cell: CsvCell): string {
  if (cell === null) return ''
  if (cell instanceof Date) return cell.toISOString()
  if (typeof cell !== 'string') return String(cell)
  const [first] = cell
  const text = first !== undefined && FORMULA_BEGINNINGS.includes(first) ? `'${cell}` : cell
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
