// Lines of an export are made by Postgres, one column of text: a million of them by hand would take the portal minutes
// of one processor, and everybody else waits on that one.
import { Prisma } from '../../../prisma/client/client.ts'
import { DIVIDED_FORMULA, FORMULA_BEGINNINGS, HIDDEN_FORMULA } from '../../http/csv.ts'
import { EXPORT_COLUMNS, type ExportColumn, utcOf } from './export-columns.ts'

/** What of a row is written. */
export type Rendering = {
  /** A redacted export is without what stands apart from the rows. */
  readonly isRedacted: boolean
  /** The reader’s; times in UTC are always there. */
  readonly zone: string
}

const BEGINNINGS = [...FORMULA_BEGINNINGS].map((character) => character.codePointAt(0)).join(',')

/** A cell of text: in quotes, and led by an apostrophe where a spreadsheet would compute it. NULL for NULL. */
export function csvCell(text: string): string {
  const lead = `CASE WHEN ascii(${text}) = ANY ('{${BEGINNINGS}}'::int[]) OR (${text}) ~ '${HIDDEN_FORMULA}' THEN '''' ELSE '' END`
  const safe = `regexp_replace(${text}, '${DIVIDED_FORMULA}', '\\1''\\2', 'g')`
  return `'"' || ${lead} || replace(${safe}, '"', '""') || '"'`
}

/** What stands in the first record; the same cells in the same order as `csvLine`. */
export function listCsvNames({ isRedacted, zone }: Rendering): string[] {
  const moments = zone === 'UTC' ? ['at (UTC)'] : ['at (UTC)', `at (${zone})`]
  return ['id', ...moments, ...columnsOf(isRedacted).map(({ name }) => name)]
}

/** A record of CSV (RFC 4180), its end included, of a row `r`. */
export function csvLine({ isRedacted, zone }: Rendering): Prisma.Sql {
  const cells = columnsOf(isRedacted).map((column) => Prisma.raw(`coalesce(${csvValue(column)}, '')`))
  const moments = [Prisma.raw(utcOf('r.at')), ...(zone === 'UTC' ? [] : [localTime(zone)])]
  return Prisma.sql`concat_ws(',', r.id, ${Prisma.join([...moments, ...cells])}) || ${'\r\n'}::text`
}

/** In a form that spreadsheets take for a time. What Postgres calls the zone +02:00 is west of Greenwich. */
function localTime(zone: string): Prisma.Sql {
  const place = /^[+-]/.test(zone) ? Prisma.sql`${zone}::interval` : Prisma.sql`${zone}::text`
  return Prisma.sql`to_char(r.at AT TIME ZONE ${place}, 'YYYY-MM-DD HH24:MI:SS.MS')`
}

/**
 * A line of JSON, its end included, of a row `r`: of its columns those that hold something. Postgres's own objects would
 * be made with all of them first and then read again to leave out the empty.
 */
export function jsonLine({ isRedacted }: Rendering): Prisma.Sql {
  const members = columnsOf(isRedacted).map((column) =>
    Prisma.raw(`',"${column.name}":' || ${jsonValue(column)}`),
  )
  const moment = Prisma.raw(`',"at":"' || ${utcOf('r.at')} || '"'`)
  return Prisma.sql`concat('{"id":', r.id, ${Prisma.join([moment, ...members])}, '}', ${'\n'}::text)`
}

function columnsOf(isRedacted: boolean): readonly ExportColumn[] {
  return isRedacted ? EXPORT_COLUMNS.filter(({ isPersonal }) => !isPersonal) : EXPORT_COLUMNS
}

function csvValue({ kind, value }: ExportColumn): string {
  switch (kind) {
    case 'number':
    case 'plain':
      return `(${value})::text`
    case 'text':
      return csvCell(value)
    case 'list':
      return csvCell(`array_to_string(${value}, ' ')`)
    case 'document':
      return csvCell(`(${value})::text`)
  }
}

function jsonValue({ kind, value }: ExportColumn): string {
  return kind === 'number' || kind === 'document' ? `(${value})::text` : `to_json(${value})::text`
}
