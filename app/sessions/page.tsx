import { Group, Stack, Text, Title } from '@mantine/core'
import { IconListSearch } from '@tabler/icons-react'
import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { toOpenRequests } from '../../components/access/asking-for.ts'
import { OpenRequestsProvider } from '../../components/access/open-requests.tsx'
import { FindBox } from '../../components/find/find-box.tsx'
import { SessionsTable } from '../../components/find/sessions-table.tsx'
import { StaleNotice } from '../../components/find/stale-notice.tsx'
import { TooManySearches } from '../../components/find/too-many-searches.tsx'
import { UnderstoodList } from '../../components/find/understood-list.tsx'
import { LinkButton } from '../../components/frame/link.tsx'
import { Plate } from '../../components/frame/plate.tsx'
import { sessionPath } from '../../components/frame/session-path.ts'
import { Shell } from '../../components/frame/shell.tsx'
import { readQuery, withQuery } from '../../components/query.ts'
import { findOwnRequests } from '../../lib/access/requests/find-own-requests.ts'
import { findSessions } from '../../lib/archives/find-sessions.ts'
import { findUseRefusal } from '../../lib/auth/limits.ts'
import { requirePagePermission } from '../../lib/auth/require.ts'
import { services } from '../../lib/services.ts'

export const metadata: Metadata = { title: 'Find' }

type Props = { readonly searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function FindPage({ searchParams }: Props) {
  const { q = '', after = null, open } = readQuery(await searchParams, ['q', 'after', 'open'])
  const actor = await requirePagePermission('recording:find', withQuery('/sessions', { q, after }))
  const refusal = await findUseRefusal(services(), actor, 'searches')
  if (refusal !== null) {
    return (
      <Shell reader={actor} section="find" search={false}>
        <Stack gap="sm">
          <FindBox q={q} />
          <TooManySearches detail={refusal.detail} href={withQuery('/sessions', { q, after, open })} />
        </Stack>
      </Shell>
    )
  }
  const { sessions, next, understood, stale } = await findSessions(services(), actor, { q, after })
  const [only] = sessions
  if (open === 'only' && only !== undefined && sessions.length === 1 && understood.length === 1) {
    redirect(sessionPath(only.sessionId))
  }
  const requests = await findOwnRequests(services(), actor, { now: new Date() })
  return (
    <Shell reader={actor} section="find" search={false}>
      <Stack gap="sm">
        <Title order={1} className="visually-hidden">
          Find
        </Title>
        <FindBox q={q} />
        <StaleNotice stale={stale} />
        <OpenRequestsProvider initial={toOpenRequests(requests)}>
          {understood.length > 0 && <UnderstoodList understood={understood} />}
          {sessions.length > 0 && <SessionsTable sessions={sessions} />}
        </OpenRequestsProvider>
        {sessions.length === 0 && q === '' && (
          <Plate title="No recordings yet" icon={<IconListSearch size={26} stroke={1.5} aria-hidden />}>
            None of the projects you are granted has an archive that is known here. A new one is listed about
            a minute after the recorder knows it.
          </Plate>
        )}
        <Group gap="xs">
          {after !== null && (
            <LinkButton variant="default" size="xs" href={withQuery('/sessions', { q })}>
              Newest
            </LinkButton>
          )}
          {next !== null && (
            <LinkButton variant="default" size="xs" href={withQuery('/sessions', { q, after: next })}>
              Older
            </LinkButton>
          )}
          {sessions.length > 0 && q === '' && (
            <Text size="xs" c="dimmed">
              Newest first, 50 a page
            </Text>
          )}
        </Group>
      </Stack>
    </Shell>
  )
}
