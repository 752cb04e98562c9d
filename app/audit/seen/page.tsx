import { Button, Group, Text } from '@mantine/core'
import { IconEyeOff, IconLock } from '@tabler/icons-react'
import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { LinkButton, TextLink } from '../../../components/frame/link.tsx'
import { Plate } from '../../../components/frame/plate.tsx'
import { logPath } from '../../../components/log/log-links.ts'
import { LogPage } from '../../../components/log/log-page.tsx'
import { SeenTable } from '../../../components/log/seen-table.tsx'
import { readQuery, withQuery } from '../../../components/query.ts'
import { parseZone, ZONE_COOKIE } from '../../../components/times.ts'
import { getSeen, type SeenRecording } from '../../../lib/audit/aids/get-seen.ts'
import type { Actor } from '../../../lib/auth/actor.ts'
import { requirePagePermission } from '../../../lib/auth/require.ts'
import { isAppError } from '../../../lib/errors.ts'
import { services } from '../../../lib/services.ts'

export const metadata: Metadata = { title: 'Who has seen a recording' }

type Props = { readonly searchParams: Promise<Record<string, string | string[] | undefined>> }

/** Everybody who opened one recording, each with what leads to what they did with it. */
export default async function SeenPage({ searchParams }: Props) {
  const { archive = '' } = readQuery(await searchParams, ['archive'])
  const actor = await requirePagePermission('audit:read', withQuery('/audit/seen', { archive }))
  const zone = parseZone((await cookies()).get(ZONE_COOKIE)?.value)
  const seen = await findOrNull(actor, archive)
  return (
    <LogPage reader={actor} title="Who has seen this recording" here="/audit">
      {seen === null ? (
        <Plate
          title="Not found or not yours"
          icon={<IconLock size={26} stroke={1.5} aria-hidden />}
          actions={
            <LinkButton href="/audit" variant="default">
              To the log
            </LinkButton>
          }
        >
          The log knows no recording by this archive ID in the projects that you may read. Check how it is
          written.
        </Plate>
      ) : (
        <>
          <Recording seen={seen} />
          <Group gap="xs">
            <LinkButton href={logPath({ session: seen.archiveId })} size="xs" variant="default">
              All that is on record of it
            </LinkButton>
            <Button
              component="a"
              href={withQuery('/audit/receipt', { archive: seen.archiveId, zone })}
              target="_blank"
              rel="noopener"
              size="xs"
              variant="default"
            >
              Receipt, in a new tab
            </Button>
          </Group>
          {seen.by.length === 0 ? (
            <Plate title="Nobody has opened it" icon={<IconEyeOff size={26} stroke={1.5} aria-hidden />}>
              No play and no download of this recording is on record here.
            </Plate>
          ) : (
            <SeenTable by={seen.by} />
          )}
        </>
      )}
    </LogPage>
  )
}

function Recording({ seen: { archiveId, sessionId, project } }: { seen: SeenRecording }) {
  return (
    <Text size="sm" component="div" className="breakable">
      {project !== null && `${project}: `}archive{' '}
      <TextLink href={logPath({ session: archiveId })} ff="monospace" size="xs" className="id">
        {archiveId}
      </TextLink>
      {sessionId !== null && (
        <>
          {' '}
          of session{' '}
          <TextLink href={logPath({ session: sessionId })} ff="monospace" size="xs" className="id">
            {sessionId}
          </TextLink>
        </>
      )}
    </Text>
  )
}

/** Null for what the log does not know and what is out of reach alike. */
async function findOrNull(actor: Actor, archiveId: string): Promise<SeenRecording | null> {
  try {
    return await getSeen(services(), actor, archiveId)
  } catch (error) {
    if (isAppError(error, 'forbidden')) return null
    throw error
  }
}
