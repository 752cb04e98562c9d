'use client'

import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import type { HoldLine } from '../../lib/audit/retention/read-retention.ts'
import { WordDialog } from '../access/word-dialog.tsx'
import { type Column, DataTable } from '../data-table.tsx'
import { Dim } from '../frame/dim.tsx'
import { Moment } from '../frame/moment.tsx'
import { REASON_STAYS } from './reason-hint.ts'
import { RetentionHoldDialog } from './retention-hold-dialog.tsx'

type Props = {
  readonly holds: readonly HoldLine[]
  /** By name. */
  readonly projects: readonly string[]
  readonly isForAll: boolean
}

const COLUMNS: readonly Column<HoldLine>[] = [
  { id: 'of', header: 'On hold', lead: true, cell: (hold) => sayHeld(hold) },
  { id: 'why', header: 'Why', cell: ({ reason }) => <span className="breakable">{reason}</span> },
  { id: 'who', header: 'Placed', cell: (hold) => <Placed hold={hold} /> },
  { id: 'release', header: 'Release', cell: (hold) => <Release hold={hold} /> },
]

/** What is neither dropped nor erased, whatever the rules say. One places a hold, two release it. */
export function RetentionHolds({ holds, projects, isForAll }: Props) {
  const [isPlacing, setPlacing] = useState(false)
  return (
    <section aria-labelledby="log-holds">
      <Stack gap="sm">
        <Group justify="space-between" gap="xs">
          <Title order={2} id="log-holds">
            Holds
          </Title>
          <Button size="xs" onClick={() => setPlacing(true)}>
            Place a hold
          </Button>
        </Group>
        {holds.length === 0 ? (
          <Text size="sm" c="dimmed">
            None. What is on hold is neither dropped nor erased.
          </Text>
        ) : (
          <DataTable label="Holds" columns={COLUMNS} rows={holds} rowId={({ id }) => id} />
        )}
        {isPlacing && (
          <RetentionHoldDialog projects={projects} isForAll={isForAll} onClose={() => setPlacing(false)} />
        )}
      </Stack>
    </section>
  )
}

function sayHeld({ project, caseReference }: HoldLine): string {
  if (caseReference === null) return project ?? ''
  return project === null ? `case ${caseReference}` : `case ${caseReference} of ${project}`
}

function Placed({ hold: { placedBy, at } }: { hold: HoldLine }) {
  return (
    <div>
      <div className="breakable">{placedBy}</div>
      <Dim>
        <Moment at={at} />
      </Dim>
    </div>
  )
}

function Release({ hold }: { hold: HoldLine }) {
  const [isAsking, setAsking] = useState(false)
  const { id, released } = hold
  if (released !== null)
    return (
      <div>
        released by {released.askedBy} and {released.agreedBy}
        <Dim>
          <Moment at={released.at} />
        </Dim>
      </div>
    )
  const held = sayHeld(hold)
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => setAsking(true)}
        aria-label={`Ask for the release of ${held}`}
      >
        Ask for its release
      </Button>
      {isAsking && (
        <WordDialog
          title={`Release the hold on ${held}`}
          label="Why it may go"
          shortest={10}
          hint={REASON_STAYS}
          confirm="Ask"
          change={(reason) => ({
            address: `/audit/holds/${id}/release`,
            method: 'POST',
            json: { reason },
            said: 'Asked: an administrator decides.',
          })}
          onClose={() => setAsking(false)}
        >
          An administrator who is somebody else decides. What the rules let go is announced anew then.
        </WordDialog>
      )}
    </>
  )
}
