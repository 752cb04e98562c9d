import { Group, Stack, Text, Title } from '@mantine/core'
import { IconScript } from '@tabler/icons-react'
import type { Metadata } from 'next'
import { LinkButton } from '../../components/frame/link.tsx'
import { Plate } from '../../components/frame/plate.tsx'
import { Shell } from '../../components/frame/shell.tsx'
import { LogFilter } from '../../components/log/log-filter.tsx'
import { type LogAddress, logPath } from '../../components/log/log-links.ts'
import { LogTable } from '../../components/log/log-table.tsx'
import { readQuery } from '../../components/query.ts'
import { LOG_PARAMETERS, parseLogQuery } from '../../lib/audit/log-query.ts'
import { readLog } from '../../lib/audit/read-log.ts'
import { requirePagePermission } from '../../lib/auth/require.ts'
import { services } from '../../lib/services.ts'

export const metadata: Metadata = { title: 'Log' }

type Props = { readonly searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function LogPage({ searchParams }: Props) {
  const { open = '', ...address } = readQuery(await searchParams, LOG_PARAMETERS)
  const actor = await requirePagePermission('audit:read', logPath(address, { open }))
  const query = parseLogQuery(address)
  const { events, next, unfolded, faults } = await readLog(services(), actor, query)
  return (
    <Shell reader={actor} section="log" search={false}>
      <Stack gap="sm">
        <Title order={1} className="visually-hidden">
          Log
        </Title>
        <LogFilter
          session={address.session ?? ''}
          person={address.person ?? ''}
          action={address.action ?? ''}
          faults={faults}
        />
        {address.viewing !== undefined && faults.length === 0 && <OneViewing viewingId={address.viewing} />}
        {events.length > 0 && (
          <LogTable
            key={logPath(address, { unfold: null })}
            events={events}
            address={address}
            unfolded={unfolded}
            open={open.split(',').filter((id) => id !== '')}
          />
        )}
        {events.length === 0 && faults.length === 0 && (
          <Plate title="Nothing on record" icon={<IconScript size={26} stroke={1.5} aria-hidden />}>
            No line of the log fits this filter, within the projects that you may read.
          </Plate>
        )}
        <Paging address={address} next={next} />
      </Stack>
    </Shell>
  )
}

function OneViewing({ viewingId }: { viewingId: string }) {
  return (
    <Group gap="xs">
      <Text size="sm">
        Everything on record about viewing{' '}
        <Text span ff="monospace" size="xs" className="breakable">
          {viewingId}
        </Text>
        , oldest first
      </Text>
      <LinkButton href="/audit" size="compact-xs" variant="default">
        Back to all
      </LinkButton>
    </Group>
  )
}

function Paging({ address, next }: { address: LogAddress; next: string | null }) {
  const isOne = address.viewing !== undefined
  return (
    <Group gap="xs">
      {address.after !== undefined && (
        <LinkButton variant="default" size="xs" href={logPath(address, { after: null, unfold: null })}>
          {isOne ? 'From the beginning' : 'Newest'}
        </LinkButton>
      )}
      {next !== null && (
        <LinkButton variant="default" size="xs" href={logPath(address, { after: next, unfold: null })}>
          {isOne ? 'Later' : 'Older'}
        </LinkButton>
      )}
      {!isOne && (
        <Text size="xs" c="dimmed">
          Newest first, 50 a page. That you read the log is on record, too.
        </Text>
      )}
    </Group>
  )
}
