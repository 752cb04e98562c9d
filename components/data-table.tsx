'use client'

import { createColumnHelper, tableFeatures, useTable } from '@tanstack/react-table'
import { type ReactNode, useMemo } from 'react'
import classes from './data-table.module.css'

export type Column<Row> = {
  readonly id: string
  /** Shown above the column and, on a narrow screen, before each value. */
  readonly header: string
  readonly cell: (row: Row) => ReactNode
  readonly align?: 'end'
  /** On a narrow screen the row's own line, without its header. */
  readonly lead?: true
}

type Props<Row> = {
  /** What the table is of, for those who hear it. */
  readonly label: string
  /** Module constant or memo: a new array builds the table again. */
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly rowId: (row: Row) => string
  /** What stands unfolded under a row, across all columns; null where nothing does. */
  readonly detail?: (row: Row) => ReactNode
  /** What stands above a row, across all columns; null where nothing does. */
  readonly above?: (row: Row, position: number) => ReactNode
}

const features = tableFeatures({})

/** A dense table; on a narrow screen each row becomes a card. Sorting and paging are the server's. */
export function DataTable<Row extends object>({ label, columns, rows, rowId, detail, above }: Props<Row>) {
  const built = useMemo(() => {
    const helper = createColumnHelper<typeof features, Row>()
    return columns.map(({ id, header, cell }) =>
      helper.display({ id, header, cell: ({ row }) => cell(row.original) }),
    )
  }, [columns])
  const data = useMemo(() => [...rows], [rows])
  const table = useTable({ features, columns: built, data, getRowId: rowId })
  const byId = new Map(columns.map((column) => [column.id, column]))
  return (
    <table className={classes.table} aria-label={label}>
      <thead>
        {table.getHeaderGroups().map((group) => (
          <tr key={group.id}>
            {group.headers.map((header) => (
              <th key={header.id} scope="col" data-align={byId.get(header.id)?.align}>
                <table.FlexRender header={header} />
              </th>
            ))}
          </tr>
        ))}
      </thead>
      {table.getRowModel().rows.map((row) => {
        const unfolded = detail?.(row.original) ?? null
        const over = above?.(row.original, row.index) ?? null
        return (
          <tbody key={row.id}>
            {over !== null && (
              <tr className={classes.above}>
                <td colSpan={columns.length}>{over}</td>
              </tr>
            )}
            <tr data-open={unfolded !== null || undefined}>
              {row.getAllCells().map((cell) => {
                const column = byId.get(cell.column.id)
                return (
                  <td
                    key={cell.id}
                    data-label={column?.header}
                    data-align={column?.align}
                    data-lead={column?.lead}
                  >
                    <table.FlexRender cell={cell} />
                  </td>
                )
              })}
            </tr>
            {unfolded !== null && (
              <tr className={classes.detail}>
                <td colSpan={columns.length}>{unfolded}</td>
              </tr>
            )}
          </tbody>
        )
      })}
    </table>
  )
}
