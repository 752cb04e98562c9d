'use client'

import type { RequestLine } from '../../lib/access/requests/request-line.ts'
import { type Column, DataTable } from '../data-table.tsx'
import { Dim } from '../frame/dim.tsx'
import { Moment } from '../frame/moment.tsx'
import { count } from '../words.ts'
import { DecideButtons } from './decide-buttons.tsx'
import { isKnown, sayRights } from './say-scope.ts'
import { ScopeLine } from './scope-line.tsx'
import { DecisionTag } from './state-tag.tsx'
import classes from './until.module.css'
import { Until } from './until.tsx'
import { Who } from './who.tsx'
import { Why } from './why.tsx'

const ABOUT: readonly Column<RequestLine>[] = [
  { id: 'who', header: 'Who', lead: true, cell: (request) => <Asker request={request} /> },
  { id: 'what', header: 'What', cell: (request) => <What request={request} /> },
  { id: 'why', header: 'Why', cell: (request) => <Why {...request} /> },
  { id: 'until', header: 'Until', cell: (request) => <When request={request} /> },
]

const OPEN: readonly Column<RequestLine>[] = [
  ...ABOUT,
  { id: 'decide', header: 'Decide', cell: (request) => <DecideButtons request={request} /> },
]

const DECIDED: readonly Column<RequestLine>[] = [
  ...ABOUT,
  { id: 'decision', header: 'Decision', cell: (request) => <Decision request={request} /> },
]

/** Who asks for what, why and how long, for those who decide it. */
export function RequestTable({ requests }: { requests: readonly RequestLine[] }) {
  return <DataTable label="Open requests" columns={OPEN} rows={requests} rowId={({ id }) => id} />
}

export function DecidedTable({ requests }: { requests: readonly RequestLine[] }) {
  return <DataTable label="Decided lately" columns={DECIDED} rows={requests} rowId={({ id }) => id} />
}

function Asker({ request: { asker, heldBefore } }: { request: RequestLine }) {
  return (
    <div>
      <Who {...asker} />
      {heldBefore !== null && (
        <Dim>{heldBefore === 0 ? 'held nothing there' : `held ${count(heldBefore, 'grant')} there`}</Dim>
      )}
    </div>
  )
}

function When({ request: { askedAt, until, state, lapsesAt } }: { request: RequestLine }) {
  return (
    <div className={classes.line}>
      <Until from={askedAt} until={until} />
      <Dim>
        asked <Moment at={askedAt} />
      </Dim>
      {state === 'open' && (
        <Dim>
          lapses <Moment at={lapsesAt} />
        </Dim>
      )}
    </div>
  )
}

function What({ request: { scope, rights, state } }: { request: RequestLine }) {
  const isUnknown = !isKnown(scope)
  return (
    <div>
      <ScopeLine scope={scope} leads={!isUnknown} />
      <Dim>{sayRights(rights)}</Dim>
      {isUnknown && (
        <span className="tag" data-tone="warn">
          not known here
        </span>
      )}
      {isUnknown && state === 'open' && <Dim>can be approved once a recorder lists it</Dim>}
    </div>
  )
}

function Decision({ request: { state, decidedAt, decidedBy, word } }: { request: RequestLine }) {
  return (
    <div>
      <DecisionTag state={state} />
      {word !== null && <div className="breakable">{word}</div>}
      {decidedAt !== null && (
        <Dim>
          {decidedBy === null ? '' : `${decidedBy}, `}
          <Moment at={decidedAt} />
        </Dim>
      )}
    </div>
  )
}
