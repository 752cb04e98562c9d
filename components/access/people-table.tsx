'use client'

import { Text } from '@mantine/core'
import { isOver } from '../../lib/access/held-access.ts'
import type { PersonRow } from '../../lib/access/people/find-people-rows.ts'
import { type Column, DataTable } from '../data-table.tsx'
import { Dim } from '../frame/dim.tsx'
import { TextLink } from '../frame/link.tsx'
import { Moment } from '../frame/moment.tsx'
import { count } from '../words.ts'
import { GrantList } from './grant-list.tsx'
import { RoleList } from './role-list.tsx'

const MOST_SHOWN = 3

const COLUMNS: readonly Column<PersonRow>[] = [
  { id: 'who', header: 'Person', lead: true, cell: (person) => <Who person={person} /> },
  {
    id: 'roles',
    header: 'Roles',
    cell: ({ roles }) => (roles.length === 0 ? <None>none</None> : <RoleList roles={roles} />),
  },
  {
    id: 'grants',
    header: 'Grants',
    cell: (person) => <Grants person={person} />,
  },
  {
    id: 'seen',
    header: 'Last signed in',
    cell: ({ lastSeenAt }) => (lastSeenAt === null ? <None>never</None> : <Moment at={lastSeenAt} />),
  },
]

/** Who holds what. */
export function PeopleTable({ people }: { people: readonly PersonRow[] }) {
  return <DataTable label="People" columns={COLUMNS} rows={people} rowId={({ id }) => id} />
}

function Who({ person: { id, name, email, subject, disabledAt } }: { person: PersonRow }) {
  return (
    <div>
      <TextLink href={`/access/people/${id}`} size="sm" className="breakable reachable">
        {name ?? email ?? subject ?? 'unnamed'}
      </TextLink>
      {name !== null && email !== null && <Dim>{email}</Dim>}
      {subject === null && <Dim>has not signed in yet</Dim>}
      {disabledAt !== null && (
        <span className="tag" data-tone="bad">
          disabled
        </span>
      )}
    </div>
  )
}

/** Those that count or may come to, and how many there are besides. */
function Grants({ person: { grants } }: { person: PersonRow }) {
  if (grants.length === 0) return <None>none</None>
  const standing = grants.filter(({ state }) => !isOver(state))
  const [shown, rest] = [standing.slice(0, MOST_SHOWN), grants.length - Math.min(standing.length, MOST_SHOWN)]
  return (
    <div>
      {shown.length > 0 && <GrantList grants={shown} />}
      {rest > 0 && (
        <Dim>
          {shown.length === 0
            ? count(rest, 'grant that is over', 'grants that are over')
            : `and ${count(rest, 'other')}`}
        </Dim>
      )}
    </div>
  )
}

/** Stands where a value would, on its line. */
function None({ children }: { children: string }) {
  return (
    <Text span size="sm" c="dimmed">
      {children}
    </Text>
  )
}
