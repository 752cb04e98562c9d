import { Group, Text } from '@mantine/core'
import { IconScript } from '@tabler/icons-react'
import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { LinkButton } from '../../components/frame/link.tsx'
import { Plate } from '../../components/frame/plate.tsx'
import { FilterWords } from '../../components/log/filter-words.tsx'
import { LogAids } from '../../components/log/log-aids.tsx'
import { LogFilter } from '../../components/log/log-filter.tsx'
import { type LogAddress, logPath } from '../../components/log/log-links.ts'
import { LogPage } from '../../components/log/log-page.tsx'
import { LogStateLine } from '../../components/log/log-state-line.tsx'
import { LogTable } from '../../components/log/log-table.tsx'
import { NotLookedFor } from '../../components/log/not-looked-for.tsx'
import { readQuery } from '../../components/query.ts'
import { parseZone, ZONE_COOKIE } from '../../components/times.ts'
import { readAids } from '../../lib/audit/aids/read-aids.ts'
import { assignFaults } from '../../lib/audit/field-faults.ts'
import { LOG_PARAMETERS, parseLogQuery } from '../../lib/audit/log-query.ts'
import type { LoggedEvent } from '../../lib/audit/logged-event.ts'
import { readLog } from '../../lib/audit/read-log.ts'
import { requirePagePermission } from '../../lib/auth/require.ts'
import { services } from '../../lib/services.ts'

export const metadata: Metadata = { title: 'Log' }

type Props = { readonly searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function AuditPage({ searchParams }: Props) {
  const given = await searchParams
  const { open = '', ...address } = readQuery(given, LOG_PARAMETERS)
  const actor = await requirePagePermission('audit:read', logPath(address, { open }))
  const query = parseLogQuery(given, parseZone((await cookies()).get(ZONE_COOKIE)?.value))
  const [{ events, origins, next, unfolded, faults }, aids] = await Promise.all([
    readLog(services(), actor, query),
    readAids(services(), actor),
  ])
  const { from = null, to = null } = query.filter
  const said = assignFaults(given, query.zone, faults)
  const asked = { address, zone: query.zone, from, to, faults: said }
  const isRead = faults.length === 0
  return (
    <LogPage reader={actor} title="Log" here="/audit" search={false}>
      <LogStateLine state={aids.state} mayCheck={aids.mayCheck} />
      <LogFilter asked={asked} filterable={aids.filterable} now={new Date()} />
      {isRead ? (
        <>
          <FilterWords asked={asked} personName={nameOf(events, address.person)} />
          <LogAids
            asked={asked}
            saved={aids.saved}
            review={aids.reviews[0] ?? null}
            newestAt={address.after === undefined ? (events[0]?.at ?? null) : null}
          />
        </>
      ) : (
        <NotLookedFor faults={said} />
      )}
      {events.length > 0 && (
        <LogTable
          key={logPath(address, { unfold: null })}
          events={events}
          origins={origins}
          address={address}
          unfolded={unfolded}
          reviews={aids.reviews}
          open={open.split(',').filter((id) => id !== '')}
        />
      )}
      {events.length === 0 && isRead && (
        <Plate title="Nothing on record" icon={<IconScript size={26} stroke={1.5} aria-hidden />}>
          No line of the log fits this filter, within the projects that you may read.
        </Plate>
      )}
      <Paging address={address} next={next} />
    </LogPage>
  )
}

/** A subject says nothing to people. */
function nameOf(events: readonly LoggedEvent[], subject: string | undefined): string | null {
  return events.find(({ actorSubject }) => actorSubject === subject)?.actorName ?? null
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
      <Text size="xs" c="dimmed">
        {isOne ? 'Everything on record about one viewing, oldest first.' : 'Newest first, 50 a page.'} That
        you read the log is on record, too.
      </Text>
    </Group>
  )
}
