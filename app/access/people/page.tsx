import { Group } from '@mantine/core'
import type { Metadata } from 'next'
import { AccessPage } from '../../../components/access/access-page.tsx'
import { PeopleSearch } from '../../../components/access/people-search.tsx'
import { PeopleTable } from '../../../components/access/people-table.tsx'
import { Empty } from '../../../components/access/section.tsx'
import { LinkButton } from '../../../components/frame/link.tsx'
import { readQuery, withQuery } from '../../../components/query.ts'
import { listPeople } from '../../../lib/access/people/list-people.ts'
import { requirePagePermission } from '../../../lib/auth/require.ts'
import { services } from '../../../lib/services.ts'

export const metadata: Metadata = { title: 'People' }

type Props = { readonly searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function PeoplePage({ searchParams }: Props) {
  const { person = '', after = null } = readQuery(await searchParams, ['person', 'after'])
  const here = '/access/people'
  const actor = await requirePagePermission('access:manage', withQuery(here, { person, after }))
  const { people, next } = await listPeople(services(), actor, { person, after, now: new Date() })
  return (
    <AccessPage reader={actor} title="People" here={here}>
      <PeopleSearch person={person} />
      {people.length === 0 ? <Empty>Nobody fits this.</Empty> : <PeopleTable people={people} />}
      {(after !== null || next !== null) && (
        <Group gap="xs">
          {after !== null && (
            <LinkButton variant="default" size="xs" href={withQuery(here, { person })}>
              Last added
            </LinkButton>
          )}
          {next !== null && (
            <LinkButton variant="default" size="xs" href={withQuery(here, { person, after: next })}>
              Added earlier
            </LinkButton>
          )}
        </Group>
      )}
    </AccessPage>
  )
}
