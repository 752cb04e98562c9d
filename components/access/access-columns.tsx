'use client'

import { Text } from '@mantine/core'
import { type AccessLine, HELD_BACK } from '../../lib/access/lists/access-line.ts'
import type { Column } from '../data-table.tsx'
import { Dim } from '../frame/dim.tsx'
import { Moment } from '../frame/moment.tsx'
import { KnownPeople } from './known-people.tsx'
import { nameOfHolder } from './name-of-holder.ts'
import { sayRights } from './say-scope.ts'
import { ScopeLine } from './scope-line.tsx'
import { GrantTag } from './state-tag.tsx'
import { GroupName, Who } from './who.tsx'
import { Why } from './why.tsx'

/** Whose a grant is. */
export const WHO: Column<AccessLine> = {
  id: 'who',
  header: 'Who',
  lead: true,
  cell: (line) => <HolderOf line={line} />,
}

/** How far it reaches, and with which rights. */
export const WHAT: Column<AccessLine> = {
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

/** Why it was given and by whom, and until when it counts. */
export const ABOUT: readonly Column<AccessLine>[] = [
  { id: 'why', header: 'Why', cell: (line) => <Why {...line} /> },
  { id: 'until', header: 'State, until', cell: (line) => <State line={line} /> },
  { id: 'by', header: 'Given by', cell: (line) => <GivenBy line={line} /> },
]

function HolderOf({ line: { holder, known } }: { line: AccessLine }) {
  const name = nameOfHolder(holder)
  return holder.kind === 'group' ? (
    <div>
      <GroupName name={name} />
      {known !== null && <KnownPeople group={name} known={known} />}
    </div>
  ) : (
    <Who personId={holder.id} name={name} email={holder.email} />
  )
}

function State({ line: { state, validFrom, validUntil, lastUsedAt, heldBack } }: { line: AccessLine }) {
  return (
    <div>
      <GrantTag state={state} />
      <div>
        <Moment at={validUntil} />
      </div>
      {(state === 'not yet' || state === 'awaiting') && (
        <Dim>
          from <Moment at={validFrom} />
        </Dim>
      )}
      <Dim>{lastUsedAt === null ? 'never used' : <Used at={lastUsedAt} />}</Dim>
      {heldBack !== null && state !== 'awaiting' && (
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
