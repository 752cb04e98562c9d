import { Group, Stack, Text, Title } from '@mantine/core'
import type { Metadata } from 'next'
import { forbidden, notFound } from 'next/navigation'
import { toOpenRequests } from '../../../components/access/asking-for.ts'
import { OpenRequestsProvider } from '../../../components/access/open-requests.tsx'
import { StaleNotice } from '../../../components/find/stale-notice.tsx'
import { TooManySearches } from '../../../components/find/too-many-searches.tsx'
import { parseMoment, sessionPath } from '../../../components/frame/session-path.ts'
import { Shell } from '../../../components/frame/shell.tsx'
import { readQuery } from '../../../components/query.ts'
import { SessionRoom } from '../../../components/session/session-room.tsx'
import { findOwnRequests } from '../../../lib/access/requests/find-own-requests.ts'
import { getSession } from '../../../lib/archives/get-session.ts'
import type { SessionView } from '../../../lib/archives/session-view.ts'
import type { Actor } from '../../../lib/auth/actor.ts'
import { findUseRefusal } from '../../../lib/auth/limits.ts'
import { requirePagePermission } from '../../../lib/auth/require.ts'
import { isAppError } from '../../../lib/errors.ts'
import { services } from '../../../lib/services.ts'

type Props = {
  readonly params: Promise<{ sessionId: string }>
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>
}

/** The end of an ID tells open tabs apart. */
export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Session …${decodeURIComponent((await params).sessionId).slice(-12)}` }
}

export default async function SessionPage({ params, searchParams }: Props) {
  const sessionId = decodeURIComponent((await params).sessionId)
  const { archive, t } = readQuery(await searchParams, ['archive', 't'])
  const fromSeconds = parseMoment(t)
  const here = sessionPath(sessionId, archive, t === undefined ? undefined : fromSeconds)
  const actor = await requirePagePermission('recording:find', here)
  // A page for each ID somebody tries would be a way to guess them.
  const refusal = await findUseRefusal(services(), actor, 'searches')
  if (refusal !== null) {
    return (
      <Shell reader={actor} section="find">
        <TooManySearches detail={refusal.detail} href={here} />
      </Shell>
    )
  }
  const session = await getOrLeave(actor, sessionId)
  const requests = await findOwnRequests(services(), actor, { now: new Date() })
  return (
    <Shell reader={actor} section="find">
      <Stack gap="sm">
        <Group gap="sm" align="baseline">
          <Title order={1} ff="monospace" className="id" size="h3">
            {session.sessionId}
          </Title>
          <Text size="sm" c="dimmed">
            {[session.project.name, session.project.region].filter((text) => text !== null).join(' · ')}
          </Text>
        </Group>
        <StaleNotice stale={session.stale === null ? [] : [session.stale]} />
        <OpenRequestsProvider initial={toOpenRequests(requests)}>
          <SessionRoom
            key={session.sessionId}
            session={session}
            viewer={{
              personId: actor.personId,
              name: actor.name ?? actor.email ?? actor.subject,
              signInEndsAt: actor.expiresAt,
            }}
            archiveId={archive ?? null}
            fromSeconds={fromSeconds}
          />
        </OpenRequestsProvider>
      </Stack>
    </Shell>
  )
}

/** What is unknown and what is out of scope have pages of their own. */
async function getOrLeave(actor: Actor, sessionId: string): Promise<SessionView> {
  try {
    return await getSession(services(), actor, sessionId)
  } catch (error) {
    if (isAppError(error, 'session-unknown')) notFound()
    if (isAppError(error, 'forbidden')) forbidden()
    throw error
  }
}
