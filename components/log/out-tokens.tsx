'use client'

import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import type { Exportable } from '../../lib/audit/out/list-exportable.ts'
import type { TokenLine } from '../../lib/audit/out/list-tokens.ts'
import { type Column, DataTable } from '../data-table.tsx'
import { Dim } from '../frame/dim.tsx'
import { Moment } from '../frame/moment.tsx'
import { RemoveDialog } from '../projects/remove-dialog.tsx'
import { OutTokenDialog } from './out-token-dialog.tsx'

const STATES = {
  counts: ['good', 'counts'],
  expired: ['warn', 'past its time'],
  revoked: ['warn', 'ended'],
  hand: ['bad', 'ended: its maker may export no more'],
} as const satisfies Record<TokenLine['state'], readonly [string, string]>

const COLUMNS: readonly Column<TokenLine>[] = [
  {
    id: 'name',
    header: 'Program',
    lead: true,
    cell: ({ name }) => <span className="breakable">{name}</span>,
  },
  { id: 'scope', header: 'Log of', cell: ({ projects }) => projects?.join(', ') ?? 'all projects' },
  {
    id: 'maker',
    header: 'Made by',
    cell: ({ madeBy, madeAt }) => (
      <div>
        {madeBy}
        <Dim>
          <Moment at={madeAt} />
        </Dim>
      </div>
    ),
  },
  {
    id: 'used',
    header: 'Last used',
    cell: ({ lastUsedAt }) => (lastUsedAt === null ? 'never' : <Moment at={lastUsedAt} />),
  },
  { id: 'until', header: 'Until', cell: ({ until }) => <Moment at={until} /> },
  {
    id: 'state',
    header: 'State',
    cell: ({ state }) => (
      <span className="tag" data-tone={STATES[state][0]}>
        {STATES[state][1]}
      </span>
    ),
  },
  { id: 'do', header: 'End', cell: (token) => <EndToken token={token} /> },
]

/** The tokens with which other programs fetch the log. */
export function OutTokens({ tokens, exportable }: { tokens: readonly TokenLine[]; exportable: Exportable }) {
  const [isMaking, setMaking] = useState(false)
  return (
    <section aria-labelledby="tokens">
      <Stack gap="sm">
        <Group justify="space-between" gap="xs">
          <Title order={2} id="tokens">
            Tokens
          </Title>
          <Button size="xs" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setMaking(true)}>
            Make a token
          </Button>
        </Group>
        {tokens.length === 0 ? (
          <Text size="sm" c="dimmed">
            None. With a token a program fetches the log from <code>/api/audit/events</code>.
          </Text>
        ) : (
          <DataTable label="Tokens" columns={COLUMNS} rows={tokens} rowId={({ id }) => id} />
        )}
      </Stack>
      {isMaking && <OutTokenDialog {...exportable} onClose={() => setMaking(false)} />}
    </section>
  )
}

function EndToken({ token: { id, name, state } }: { token: TokenLine }) {
  const [isEnding, setEnding] = useState(false)
  if (state !== 'counts') return null
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => setEnding(true)}
        aria-label={`End the token of ${name}`}
      >
        End
      </Button>
      {isEnding && (
        <RemoveDialog
          title="End a token"
          verb="End"
          change={{ address: `/audit/tokens/${id}`, method: 'DELETE', said: `Ended: the token of ${name}.` }}
          onClose={() => setEnding(false)}
        >
          {name} can no longer fetch the log with it, from this moment on.
        </RemoveDialog>
      )}
    </>
  )
}
