import { Group, Stack, Text, Title } from '@mantine/core'
import type { Metadata } from 'next'
import { OwnAccess } from '../../components/access/own-access.tsx'
import { PeopleSearch } from '../../components/access/people-search.tsx'
import { PeopleTable } from '../../components/access/people-table.tsx'
import { LinkButton } from '../../components/frame/link.tsx'
import { Shell } from '../../components/frame/shell.tsx'
import { readQuery, withQuery } from '../../components/query.ts'
import { findOwnAccess } from '../../lib/access/find-own-access.ts'
import { listPeople } from '../../lib/access/list-people.ts'
import { holds, requirePageActor } from '../../lib/auth/require.ts'
import { IDLE_MINUTES } from '../../lib/auth/sign-in-times.ts'
import { services } from '../../lib/services.ts'

export const metadata: Metadata = { title: 'Access' }

type Props = { readonly searchParams: Promise<Record<string, string | string[] | undefined>> }

/** For everybody signed in: what one holds. Who holds what besides is for those who may manage it. */
export default async function AccessPage({ searchParams }: Props) {
  const { person = '', after = null } = readQuery(await searchParams, ['person', 'after'])
  const actor = await requirePageActor(withQuery('/access', { person, after }))
  const now = new Date()
  const held = await findOwnAccess(services(), actor, { now })
  const manages = await holds(services(), actor, 'access:manage')
  const listed = manages ? await listPeople(services(), actor, { person, after, now }) : null
  return (
    <Shell reader={actor} section="access">
      <Stack gap="sm">
        <Title order={1}>Access</Title>
        <OwnAccess
          name={actor.name}
          email={actor.email}
          subject={actor.subject}
          issuer={actor.issuer}
          signedInAt={actor.signedInAt}
          expiresAt={actor.expiresAt}
          idleMinutes={IDLE_MINUTES}
          held={held}
        />
        {listed !== null && (
          <>
            <Title order={2}>People</Title>
            <PeopleSearch person={person} />
            {listed.people.length === 0 ? (
              <Text size="sm">Nobody fits this.</Text>
            ) : (
              <PeopleTable people={listed.people} />
            )}
            <Group gap="xs">
              {after !== null && (
                <LinkButton variant="default" size="xs" href={withQuery('/access', { person })}>
                  Last added
                </LinkButton>
              )}
              {listed.next !== null && (
                <LinkButton
                  variant="default"
                  size="xs"
                  href={withQuery('/access', { person, after: listed.next })}
                >
                  Added earlier
                </LinkButton>
              )}
              <Text size="xs" c="dimmed">
                Read only. Changed on the server, with <code>npm run access -- apply FILE</code>.
              </Text>
            </Group>
          </>
        )}
      </Stack>
    </Shell>
  )
}
