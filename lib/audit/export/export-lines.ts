import { Prisma } from '../../../prisma/client/client.ts'
import { renderCsvRecord } from '../../http/csv.ts'
import { EVENT_COLUMNS, EVENT_TABLES } from '../logged-event.ts'
import { MORE_COLUMNS } from './export-columns.ts'
import type { LogReader } from './open-reader.ts'
import { csvLine, jsonLine, listCsvNames, type Rendering } from './render-in-sql.ts'

/** Excel takes a file without it for one in its country's old character set; LibreOffice and others pass over it. */
const BYTE_ORDER_MARK = '\uFEFF'
/** Some 100 kB: what is held until it is sent. */
const ROWS_AT_ONCE = 200

type Lines = {
  readonly where: Prisma.Sql
  readonly rendering: Rendering
  readonly onRows: (count: number) => void
}

/** The rows that fit, oldest first, as records under their names. A last record says how many: without it the file was cut. */
export async function* exportCsv(reader: LogReader, lines: Lines): AsyncGenerator<string> {
  const names = listCsvNames(lines.rendering)
  yield BYTE_ORDER_MARK + renderCsvRecord(names)
  const rows = yield* readLines(reader, lines, csvLine(lines.rendering))
  const rest: null[] = Array(names.length - 1).fill(null)
  yield renderCsvRecord([`end of export: ${rows} rows`, ...rest])
}

/** The same as a line of JSON each; the last one is `{"end":true,"rows":…}`. */
export async function* exportJsonLines(reader: LogReader, lines: Lines): AsyncGenerator<string> {
  const rows = yield* readLines(reader, lines, jsonLine(lines.rendering))
  yield `${JSON.stringify({ end: true, rows })}\n`
}

async function* readLines(
  reader: LogReader,
  { where, onRows }: Lines,
  line: Prisma.Sql,
): AsyncGenerator<string, number> {
  // The order is said twice: inside, so that the row is made up once and not anew for each column; outside, for the cursor.
  const question = Prisma.sql`
    SELECT ${line} AS line
    FROM (SELECT ${EVENT_COLUMNS}, ${MORE_COLUMNS} FROM ${EVENT_TABLES} WHERE ${where} ORDER BY e.at, e.id) r
    ORDER BY r.at, r.id`
  let count = 0
  for await (const rows of reader.stream<{ line: string }>(question, ROWS_AT_ONCE)) {
    count += rows.length
    onRows(rows.length)
    yield rows.map((row) => row.line).join('')
  }
  return count
}
