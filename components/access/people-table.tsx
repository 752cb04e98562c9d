'use client'

import { Text } from '@mantine/core'
import type { PersonRow } from '../../lib/access/find-people-rows.ts'
import { type Column, DataTable } from '../data-table.tsx'
import { Dim } from '../frame/dim.tsx'
import { TextLink } from '../frame/link.tsx'
import { Moment } from '../frame/moment.tsx'
import { GrantList } from './grant-list.tsx'
import { RoleList } from './role-list.tsx'

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
    cell: ({ grants }) => (grants.length === 0 ? <None>none</None> : <GrantList grants={grants} />),
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

/** Stands where a value would, on its line. */
function None({ children }: { children: string }) {
  return (
    <Text span size="sm" c="dimmed">
      {children}
    </Text>
  )
}
