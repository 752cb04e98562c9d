'use client'

import { Button, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import type { LogRuleLine } from '../../lib/audit/retention/list-log-rules.ts'
import { sayMonths } from '../../lib/audit/retention/log-rule.ts'
import { type Column, DataTable } from '../data-table.tsx'
import { Dim } from '../frame/dim.tsx'
import { Moment } from '../frame/moment.tsx'
import { RetentionRuleDialog } from './retention-rule-dialog.tsx'

type Props = { readonly rules: readonly LogRuleLine[]; readonly mayChange: boolean }

const SHOWN: readonly Column<LogRuleLine>[] = [
  {
    id: 'project',
    header: 'Project',
    lead: true,
    cell: ({ project }) => project?.name ?? 'The portal itself',
  },
  {
    id: 'content',
    header: 'Personal values',
    cell: ({ rule }) => <Kept rule={rule} months={rule?.contentMonths} />,
  },
  { id: 'lines', header: 'Lines', cell: ({ rule }) => <Kept rule={rule} months={rule?.linesMonths} /> },
  { id: 'who', header: 'Agreed', cell: ({ rule }) => <Agreed rule={rule} /> },
]

const CHANGED: readonly Column<LogRuleLine>[] = [
  ...SHOWN,
  { id: 'change', header: 'Change', cell: (line) => <Choose line={line} /> },
]

/** How long each project's part of the log is kept. Nobody chooses for the operator: what is not chosen is said. */
export function RetentionRules({ rules, mayChange }: Props) {
  const open = rules.filter(({ rule }) => rule === null).length
  return (
    <section aria-labelledby="log-kept">
      <Stack gap="sm">
        <Title order={2} id="log-kept">
          How long the log is kept
        </Title>
        {open > 0 && (
          <div>
            <span className="tag" data-tone="warn">
              {open === rules.length ? 'Not chosen yet' : `Not chosen yet for ${open} of ${rules.length}`}
            </span>{' '}
            <Text span size="sm">
              Until two administrators choose, personal values and lines are kept for good, which the law may
              not allow.
            </Text>
          </div>
        )}
        <DataTable
          label="How long the log is kept"
          columns={mayChange ? CHANGED : SHOWN}
          rows={rules}
          rowId={({ project }) => project?.id ?? 'portal'}
        />
        <Text size="xs" c="dimmed">
          Months are counted from the end of the month a line is of. Lines go by whole months, once the rules
          of all projects let them. What goes is announced a week before.
        </Text>
      </Stack>
    </section>
  )
}

function Kept({ rule, months }: { rule: LogRuleLine['rule']; months: number | null | undefined }) {
  if (rule === null)
    return (
      <span className="tag" data-tone="warn">
        not chosen
      </span>
    )
  return <>{sayMonths(months ?? null)}</>
}

function Agreed({ rule }: { rule: LogRuleLine['rule'] }) {
  if (rule === null) return null
  return (
    <div>
      <div className="breakable">
        {rule.proposedBy} and {rule.agreedBy}
      </div>
      <Dim>
        <Moment at={rule.at} />
      </Dim>
    </div>
  )
}

function Choose({ line }: { line: LogRuleLine }) {
  const [isOpen, setOpen] = useState(false)
  const name = line.project?.name ?? 'the portal itself'
  const verb = line.rule === null ? 'Choose' : 'Change'
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => setOpen(true)}
        aria-label={`${verb} how long the log of ${name} is kept`}
      >
        {verb}
      </Button>
      {isOpen && <RetentionRuleDialog line={line} onClose={() => setOpen(false)} />}
    </>
  )
}
