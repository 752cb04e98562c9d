'use client'

import { Text } from '@mantine/core'
import type { RequestLine } from '../../lib/access/requests/request-line.ts'
import { type Column, DataTable } from '../data-table.tsx'
import { Dim } from '../frame/dim.tsx'
import { Moment } from '../frame/moment.tsx'
import { sayRights } from './say-scope.ts'
import { ScopeLine } from './scope-line.tsx'
import { DecisionTag } from './state-tag.tsx'
import { Until } from './until.tsx'
import { Why } from './why.tsx'

const COLUMNS: readonly Column<RequestLine>[] = [
  {
    id: 'what',
    header: 'What',
    lead: true,
    cell: ({ scope, rights }) => (
      <div>
        <ScopeLine scope={scope} />
        <Dim>{sayRights(rights)}</Dim>
      </div>
    ),
  },
  { id: 'state', header: 'State', cell: (request) => <State request={request} /> },
  { id: 'word', header: 'Word', cell: ({ word }) => word !== null && <Word>{word}</Word> },
  { id: 'until', header: 'Until', cell: ({ askedAt, until }) => <Until from={askedAt} until={until} /> },
  { id: 'why', header: 'Why', cell: (request) => <Why {...request} /> },
]

/** What the reader has asked for, and what became of it. */
export function OwnRequests({ requests }: { requests: readonly RequestLine[] }) {
  return <DataTable label="My requests" columns={COLUMNS} rows={requests} rowId={({ id }) => id} />
}

function State({ request: { state, askedAt, lapsesAt, decidedAt, decidedBy } }: { request: RequestLine }) {
  return (
    <div>
      <DecisionTag state={state} />
      <Dim>
        asked <Moment at={askedAt} />
      </Dim>
      {state === 'open' && (
        <Dim>
          lapses <Moment at={lapsesAt} />
        </Dim>
      )}
      {decidedAt !== null && (
        <Dim>
          {decidedBy === null ? '' : `by ${decidedBy}, `}
          <Moment at={decidedAt} />
        </Dim>
      )}
    </div>
  )
}

function Word({ children }: { children: string }) {
  return (
    <Text size="sm" maw="32ch" className="breakable">
      {children}
    </Text>
  )
}
