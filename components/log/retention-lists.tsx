'use client'

import { Stack, Text, Title } from '@mantine/core'
import type { DropLine } from '../../lib/audit/retention/list-drops.ts'
import type { AskedLine, ErasureLine } from '../../lib/audit/retention/read-retention.ts'
import { type Column, DataTable } from '../data-table.tsx'
import { Dim } from '../frame/dim.tsx'
import lists from '../frame/fact-list.module.css'
import { Moment } from '../frame/moment.tsx'

const WEEK_MS = 7 * 86_400_000

const ASKED: readonly Column<AskedLine>[] = [
  { id: 'of', header: 'Project', lead: true, cell: ({ project }) => project ?? 'The portal itself, or all' },
  { id: 'what', header: 'What', cell: (line) => <What line={line} /> },
  { id: 'who', header: 'Asked', cell: ({ askedBy, at }) => <Hand hands={askedBy} at={at} /> },
]

/** What waits for an administrator: rules, releases of holds, erasures. */
export function RetentionAsked({ asked }: { asked: readonly AskedLine[] }) {
  if (asked.length === 0) return null
  return (
    <section aria-labelledby="log-asked">
      <Stack gap="sm">
        <Title order={2} id="log-asked">
          Waits for an administrator
        </Title>
        <DataTable label="Waits for an administrator" columns={ASKED} rows={asked} rowId={({ id }) => id} />
      </Stack>
    </section>
  )
}

const DROPS: readonly Column<DropLine>[] = [
  { id: 'month', header: 'Month', lead: true, cell: ({ month }) => month },
  { id: 'what', header: 'What', cell: (line) => sayDrop(line) },
  {
    id: 'rows',
    header: 'Lines',
    cell: ({ rows }) => <span className="tabular">{rows?.toLocaleString('en') ?? '–'}</span>,
  },
]

const ANNOUNCED: readonly Column<DropLine>[] = [
  ...DROPS,
  { id: 'at', header: 'Not before', cell: ({ at }) => <Moment at={new Date(at.getTime() + WEEK_MS)} /> },
]

const DROPPED: readonly Column<DropLine>[] = [
  ...DROPS,
  { id: 'at', header: 'Dropped', cell: ({ at }) => <Moment at={at} /> },
]

/** What the rules let go: soon, and what went. */
export function RetentionDrops(props: { announced: readonly DropLine[]; dropped: readonly DropLine[] }) {
  const { announced, dropped } = props
  return (
    <section aria-labelledby="log-drops">
      <Stack gap="sm">
        <Title order={2} id="log-drops">
          Dropped by rule
        </Title>
        {announced.length === 0 ? (
          <Text size="sm" c="dimmed">
            Nothing is announced.
          </Text>
        ) : (
          <DataTable label="Announced" columns={ANNOUNCED} rows={announced} rowId={({ id }) => id} />
        )}
        {dropped.length > 0 && (
          <DataTable label="Dropped" columns={DROPPED} rows={dropped} rowId={({ id }) => id} />
        )}
      </Stack>
    </section>
  )
}

const ERASURES: readonly Column<ErasureLine>[] = [
  {
    id: 'line',
    header: 'Event',
    lead: true,
    cell: ({ eventId }) => (
      <Text span size="xs" ff="monospace" className="breakable">
        {eventId}
      </Text>
    ),
  },
  { id: 'why', header: 'Why', cell: ({ reason }) => <span className="breakable">{reason}</span> },
  {
    id: 'who',
    header: 'Agreed',
    cell: ({ askedBy, agreedBy, at }) => <Hand hands={`${askedBy} and ${agreedBy}`} at={at} />,
  },
]

/** Lines whose personal values two people erased. */
export function RetentionErasures({ erasures }: { erasures: readonly ErasureLine[] }) {
  return (
    <section aria-labelledby="log-erasures">
      <Stack gap="sm">
        <Title order={2} id="log-erasures">
          Erased by two people
        </Title>
        {erasures.length === 0 ? (
          <Text size="sm" c="dimmed">
            None. An erasure is asked for where a line of the log is open.
          </Text>
        ) : (
          <DataTable label="Erasures" columns={ERASURES} rows={erasures} rowId={({ eventId }) => eventId} />
        )}
      </Stack>
    </section>
  )
}

function sayDrop({ part, project }: DropLine): string {
  if (part === 'lines') return 'all lines, of all projects'
  return `personal values of ${project ?? 'the portal itself'}`
}

function What({ line: { lines, because } }: { line: AskedLine }) {
  return (
    <div>
      <ul className={lists.list}>
        {lines.map((each) => (
          <li key={each} className="breakable">
            {each}
          </li>
        ))}
      </ul>
      {because !== null && <Dim>Because: {because}</Dim>}
    </div>
  )
}

function Hand({ hands, at }: { hands: string; at: Date }) {
  return (
    <div>
      <div className="breakable">{hands}</div>
      <Dim>
        <Moment at={at} />
      </Dim>
    </div>
  )
}
