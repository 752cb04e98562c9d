'use client'

import type { SeenBy } from '../../lib/audit/aids/read-seen.ts'
import { type Column, DataTable } from '../data-table.tsx'
import { Dim } from '../frame/dim.tsx'
import { TextLink } from '../frame/link.tsx'
import { Moment } from '../frame/moment.tsx'
import { withQuery } from '../query.ts'

const COLUMNS: readonly Column<SeenBy>[] = [
  {
    id: 'who',
    header: 'Who',
    lead: true,
    cell: ({ subject, name, email, parameters }) => (
      <div>
        <TextLink href={withQuery('/audit', parameters)} size="sm" className="breakable reachable">
          {name ?? email ?? subject}
        </TextLink>
        {name !== null && email !== null && <Dim>{email}</Dim>}
      </div>
    ),
  },
  { id: 'plays', header: 'Plays', cell: ({ plays }) => <span className="tabular">{plays}</span> },
  {
    id: 'downloads',
    header: 'Downloads',
    cell: ({ downloads }) => <span className="tabular">{downloads}</span>,
  },
  { id: 'first', header: 'First', cell: ({ firstAt }) => <Moment at={firstAt} /> },
  { id: 'last', header: 'Last', cell: ({ lastAt }) => <Moment at={lastAt} /> },
]

/** Everybody who opened a recording, the latest first; a name leads to what they did with it. */
export function SeenTable({ by }: { by: readonly SeenBy[] }) {
  return <DataTable label="Who has seen it" columns={COLUMNS} rows={by} rowId={({ subject }) => subject} />
}
