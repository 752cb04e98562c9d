'use client'

import { Group, Text } from '@mantine/core'
import { IconPlayerPlayFilled } from '@tabler/icons-react'
import type { SessionRow } from '../../lib/archives/session-row.ts'
import { AskButton } from '../access/ask-button.tsx'
import type { Offer } from '../access/asking-for.ts'
import { type Column, DataTable } from '../data-table.tsx'
import { LinkButton, TextLink } from '../frame/link.tsx'
import { Moment } from '../frame/moment.tsx'
import { sessionPath } from '../frame/session-path.ts'
import { shorten } from '../shorten.ts'
import { formatDuration } from '../times.ts'
import { ERROR_WORDS } from '../words.ts'
import { sumUp } from './sum-up.ts'

const COLUMNS: readonly Column<SessionRow>[] = [
  {
    id: 'session',
    header: 'Session',
    lead: true,
    cell: ({ sessionId }) => (
      <TextLink href={sessionPath(sessionId)} ff="monospace" size="sm" title={sessionId} className="id">
        {shorten(sessionId, 18, 12)}
      </TextLink>
    ),
  },
  {
    id: 'project',
    header: 'Project',
    cell: ({ project, region }) => (
      <span>
        {project}
        {region !== null && (
          <Text span c="dimmed" size="xs">
            {' '}
            {region}
          </Text>
        )}
      </span>
    ),
  },
  { id: 'started', header: 'Started', cell: ({ archives }) => <Started at={sumUp(archives).startedAt} /> },
  { id: 'length', header: 'Length', align: 'end', cell: ({ archives }) => <Length archives={archives} /> },
  {
    id: 'archives',
    header: 'Archives',
    align: 'end',
    cell: ({ archives }) => <span className="tabular">{archives.length}</span>,
  },
  { id: 'do', header: 'Recording', cell: (row) => <WhatCanBeDone row={row} /> },
]

export function SessionsTable({ sessions }: { sessions: readonly SessionRow[] }) {
  return <DataTable label="Sessions" columns={COLUMNS} rows={sessions} rowId={({ sessionId }) => sessionId} />
}

function Started({ at }: { at: Date | null }) {
  return at === null ? null : <Moment at={at} />
}

function Length({ archives }: { archives: SessionRow['archives'] }) {
  const { knownSeconds, unmeasuredCount } = sumUp(archives)
  if (knownSeconds === 0 && unmeasuredCount > 0) {
    return (
      <Text span size="sm" c="dimmed" title="Measured when it is first opened">
        not measured
      </Text>
    )
  }
  return (
    <span className="tabular nowrap">
      {formatDuration(knownSeconds === 0 ? null : knownSeconds)}
      {unmeasuredCount > 0 && <span title={`${unmeasuredCount} not measured yet`}> +</span>}
    </span>
  )
}

function WhatCanBeDone({ row: { sessionId, project, archives } }: { row: SessionRow }) {
  const { playableCount, askableIds, isOnlyByName, codes } = sumUp(archives)
  return (
    <Group gap={6}>
      {playableCount > 0 && (
        <LinkButton
          href={sessionPath(sessionId)}
          size="compact-xs"
          variant="light"
          leftSection={<IconPlayerPlayFilled size={11} aria-hidden />}
        >
          {playableCount < archives.length ? `play ${playableCount} of ${archives.length}` : 'play'}
          <span className="visually-hidden"> session {sessionId}</span>
        </LinkButton>
      )}
      {codes.map((code) => (
        <span key={code} className="tag" data-tone="warn">
          {ERROR_WORDS[code].short}
        </span>
      ))}
      {askableIds.length > 0 && (
        <AskButton
          offers={offersOfRow({ sessionId, project, askableIds, isOnlyByName })}
          size="compact-xs"
          variant="default"
        >
          ask for access
          <span className="visually-hidden"> to session {sessionId}</span>
        </AskButton>
      )}
    </Group>
  )
}

type Askable = {
  readonly sessionId: string
  readonly project: string
  readonly askableIds: readonly string[]
  readonly isOnlyByName: boolean
}

/** The narrowest first: the one recording where there is one, the session, and the project where that would do. */
function offersOfRow({ sessionId, project, askableIds: [first, ...more], isOnlyByName }: Askable): Offer[] {
  const session: Offer = {
    wanted: { kind: 'session', sessionId },
    label: 'Every recording of this session',
  }
  return [
    ...(first !== undefined && more.length === 0
      ? [{ wanted: { kind: 'archive', archiveId: first }, label: 'This recording' } as const]
      : []),
    session,
    ...(isOnlyByName
      ? []
      : [{ wanted: { kind: 'project', project }, label: `Every recording of ${project}` } as const]),
  ]
}
