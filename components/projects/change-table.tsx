'use client'

import type { ChangeLine } from '../../lib/projects/list-changes.ts'
import { DecisionTag } from '../access/state-tag.tsx'
import { type Column, DataTable } from '../data-table.tsx'
import { Dim } from '../frame/dim.tsx'
import lists from '../frame/fact-list.module.css'
import { Moment } from '../frame/moment.tsx'
import { sayChanged } from '../frame/say-notice.ts'
import { ChangeButtons } from './change-buttons.tsx'
import { CHANGE_WORDS } from './change-words.ts'

const ABOUT: readonly Column<ChangeLine>[] = [
  { id: 'project', header: 'Project', lead: true, cell: ({ about }) => sayChanged(about) },
  { id: 'what', header: 'What', cell: (change) => <What change={change} /> },
  { id: 'who', header: 'Proposed', cell: (change) => <Proposed change={change} /> },
]

const OPEN: readonly Column<ChangeLine>[] = [
  ...ABOUT,
  { id: 'decide', header: 'Decide', cell: (change) => <ChangeButtons change={change} /> },
]

const DECIDED: readonly Column<ChangeLine>[] = [
  ...ABOUT,
  { id: 'decision', header: 'Decision', cell: (change) => <Decision change={change} /> },
]

/** What waits for a second administrator: nothing of it holds before. */
export function ChangeTable({ changes }: { changes: readonly ChangeLine[] }) {
  return <DataTable label="Changes that wait" columns={OPEN} rows={changes} rowId={({ id }) => id} />
}

export function DecidedChangeTable({ changes }: { changes: readonly ChangeLine[] }) {
  return <DataTable label="Changes decided lately" columns={DECIDED} rows={changes} rowId={({ id }) => id} />
}

function What({ change: { kind, lines, because } }: { change: ChangeLine }) {
  return (
    <div>
      <strong>{CHANGE_WORDS[kind]}</strong>
      <ul className={lists.list}>
        {lines.map((line) => (
          <li key={line} className="breakable">
            {line}
          </li>
        ))}
      </ul>
      {because !== null && <Dim>Because: {because}</Dim>}
    </div>
  )
}

function Proposed({ change: { proposedBy, proposedAt, lapsesAt, state } }: { change: ChangeLine }) {
  return (
    <div>
      <div className="breakable">{proposedBy ?? 'by a projects file'}</div>
      <Dim>
        <Moment at={proposedAt} />
      </Dim>
      {state === 'open' && (
        <Dim>
          lapses <Moment at={lapsesAt} />
        </Dim>
      )}
    </div>
  )
}

function Decision({ change: { state, decidedAt, decidedBy, word } }: { change: ChangeLine }) {
  return (
    <div>
      <DecisionTag state={state} />
      {word !== null && word !== '' && <div className="breakable">{word}</div>}
      {decidedAt !== null && (
        <Dim>
          {decidedBy === null ? '' : `${decidedBy}, `}
          <Moment at={decidedAt} />
        </Dim>
      )}
    </div>
  )
}
