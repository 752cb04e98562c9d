'use client'

import { Group, Text } from '@mantine/core'
import { useState } from 'react'
import { type AccessLine, HELD_BACK } from '../../lib/access/access-line.ts'
import { type Column, DataTable } from '../data-table.tsx'
import { Dim } from '../frame/dim.tsx'
import { Moment } from '../frame/moment.tsx'
import { Locked } from './locked.tsx'
import { RowButton } from './row-button.tsx'
import { sayRights, sayScope } from './say-scope.ts'
import { ScopeLine } from './scope-line.tsx'
import { GrantTag } from './state-tag.tsx'
import { GroupName, Who } from './who.tsx'
import { Why } from './why.tsx'
import { WordDialog } from './word-dialog.tsx'

const WHO: Column<AccessLine> = {
  id: 'who',
  header: 'Who',
  lead: true,
  cell: (line) => <HolderOf line={line} />,
}
const WHAT: Column<AccessLine> = {
  id: 'what',
  header: 'What',
  cell: ({ scope, rights, group }) => (
    <div>
      <ScopeLine scope={scope} leads />
      <Dim>{sayRights(rights)}</Dim>
      {group !== null && <Dim>by the group {group}</Dim>}
    </div>
  ),
}
const ABOUT: readonly Column<AccessLine>[] = [
  { id: 'why', header: 'Why', cell: (line) => <Why {...line} /> },
  { id: 'until', header: 'State, until', cell: (line) => <State line={line} /> },
  { id: 'by', header: 'Given by', cell: (line) => <GivenBy line={line} /> },
]

const OF_SCOPE: readonly Column<AccessLine>[] = [
  WHO,
  WHAT,
  ...ABOUT,
  { id: 'do', header: 'Action', cell: (line) => <TakeBack line={line} /> },
]
const OF_PERSON: readonly Column<AccessLine>[] = [
  { ...WHAT, lead: true },
  ...ABOUT,
  { id: 'do', header: 'Action', cell: (line) => <TakeBack line={line} /> },
]
const AWAITING: readonly Column<AccessLine>[] = [
  WHO,
  WHAT,
  ...ABOUT,
  { id: 'decide', header: 'Decide', cell: (line) => <Decide line={line} /> },
]

type Props = { readonly lines: readonly AccessLine[] }

const idOf = ({ id }: AccessLine): string => id

/** Who can see something: each grant with its why and its end, and the way to take it back. */
export function AccessTable({ lines }: Props) {
  return <DataTable label="Who can see this" columns={OF_SCOPE} rows={lines} rowId={idOf} />
}

/** What somebody can see, the same way. */
export function PersonAccessTable({ lines }: Props) {
  return <DataTable label="What this person can see" columns={OF_PERSON} rows={lines} rowId={idOf} />
}

/** What counts only once a second administrator has approved it. */
export function AwaitingTable({ lines }: Props) {
  return <DataTable label="Waiting for a second administrator" columns={AWAITING} rows={lines} rowId={idOf} />
}

function HolderOf({ line: { holder } }: { line: AccessLine }) {
  const name = nameOf(holder)
  return holder.kind === 'group' ? (
    <GroupName name={name} />
  ) : (
    <Who personId={holder.id} name={name} email={holder.email} />
  )
}

const nameOf = ({ name, email, id }: AccessLine['holder']): string => name ?? email ?? id

function State({ line: { state, validFrom, validUntil, lastUsedAt, heldBack } }: { line: AccessLine }) {
  return (
    <div>
      <GrantTag state={state} />
      <div>
        <Moment at={validUntil} />
      </div>
      {state === 'not yet' && (
        <Dim>
          from <Moment at={validFrom} />
        </Dim>
      )}
      <Dim>{lastUsedAt === null ? 'never used' : <Used at={lastUsedAt} />}</Dim>
      {heldBack !== null && (
        <Text size="xs" c="var(--warn)" maw="30ch">
          {HELD_BACK[heldBack]}
        </Text>
      )}
    </div>
  )
}

function Used({ at }: { at: Date }) {
  return (
    <>
      last used <Moment at={at} />
    </>
  )
}

function GivenBy({ line: { givenBy, givenAt, approvedBy } }: { line: AccessLine }) {
  return (
    <div>
      <div className="breakable">{givenBy ?? 'the access file'}</div>
      <Dim>
        <Moment at={givenAt} />
      </Dim>
      {approvedBy !== null && <Dim>approved by {approvedBy}</Dim>}
    </div>
  )
}

function TakeBack({ line }: { line: AccessLine }) {
  const [isAsked, setAsked] = useState(false)
  const { id, state, holder, scope } = line
  if (state !== 'in force' && state !== 'not yet' && state !== 'awaiting') return null
  const about = `${nameOf(holder)}’s grant on ${sayScope(scope)}`
  return (
    <>
      <RowButton about={about} onClick={() => setAsked(true)}>
        Take back
      </RowButton>
      {isAsked && (
        <WordDialog
          title="Take the grant back?"
          label="Why"
          shortest={3}
          confirm="Take back"
          isBad
          change={(word) => ({
            address: `/access/grants/${id}`,
            method: 'DELETE',
            json: { word },
            said: `Taken back: ${about}.`,
          })}
          onClose={() => setAsked(false)}
        >
          {nameOf(holder)}, {sayScope(scope)}: {sayRights(line.rights)}. What is played under it stops within
          seconds. It cannot be undone; a new grant can be given.
        </WordDialog>
      )}
    </>
  )
}

function Decide({ line }: { line: AccessLine }) {
  const [asked, setAsked] = useState<'approve' | 'refuse' | null>(null)
  const { id, holder, scope, rights, isOwn, givenBy } = line
  if (isOwn) return <Locked>You gave it, asked for it or hold it: another administrator decides it.</Locked>
  const about = `${nameOf(holder)}’s grant on ${sayScope(scope)}`
  const decide = (approve: boolean) => (word: string) => ({
    address: `/access/grants/${id}/approval`,
    method: 'POST' as const,
    json: { approve, ...(word !== '' && { word }) },
    said: `${approve ? 'Approved' : 'Refused'}: ${about}.`,
  })
  const what = (
    <>
      {nameOf(holder)}, {sayScope(scope)}: {sayRights(rights)}, until <Moment at={line.validUntil} />. Given
      by {givenBy ?? 'the access file'}: “{line.reason}”
    </>
  )
  return (
    <Group gap={6} wrap="nowrap">
      <RowButton about={about} tone="main" onClick={() => setAsked('approve')}>
        Approve
      </RowButton>
      <RowButton about={about} onClick={() => setAsked('refuse')}>
        Refuse
      </RowButton>
      {asked === 'approve' && (
        <WordDialog
          title="Approve as the second administrator"
          label="A word"
          shortest={0}
          confirm="Approve"
          change={decide(true)}
          onClose={() => setAsked(null)}
        >
          {what}
        </WordDialog>
      )}
      {asked === 'refuse' && (
        <WordDialog
          title="Refuse as the second administrator"
          label="Why"
          shortest={3}
          confirm="Refuse"
          isBad
          change={decide(false)}
          onClose={() => setAsked(null)}
        >
          {what}
        </WordDialog>
      )}
    </Group>
  )
}
