'use client'

import { Button, Group, Text, Title } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { PushLine } from '../../lib/webhooks/log/list-pushes.ts'
import { askChange } from '../frame/asking.ts'
import classes from '../frame/fact-list.module.css'
import { Moment } from '../frame/moment.tsx'
import { Refused } from '../frame/refused.tsx'
import { DeliveryTable } from '../projects/delivery-table.tsx'
import { RemoveDialog } from '../projects/remove-dialog.tsx'
import { readTested, type Tested } from '../projects/tested.ts'
import { count } from '../words.ts'

/** Where the log is pushed to, and how that goes. */
export function OutPush({ push }: { push: PushLine }) {
  const { id, project, url, madeBy, madeAt, backlog, lastDeliveredAt, troubled } = push
  return (
    <article className="plate" aria-labelledby={`push-${id}`}>
      <Group justify="space-between" align="flex-start" gap="xs">
        <Title order={3} id={`push-${id}`} ff="monospace" size="h3" className="breakable">
          {url}
        </Title>
        <State push={push} />
      </Group>
      <dl className={classes.facts}>
        <dt>Log of</dt>
        <dd>{project ?? 'all projects'}</dd>
        <dt>Made by</dt>
        <dd>
          {madeBy}, <Moment at={madeAt} />
        </dd>
        <dt>Last taken</dt>
        <dd>{lastDeliveredAt === null ? 'never' : <Moment at={lastDeliveredAt} />}</dd>
        <dt>Still to be looked through</dt>
        <dd>{backlog === 0 ? 'nothing' : count(backlog, 'line')}</dd>
      </dl>
      {push.state === 'on' && <PushButtons push={push} />}
      {troubled.length > 0 && (
        <div style={{ marginTop: 12 }}>
          <DeliveryTable deliveries={troubled} under="/audit/pushes/deliveries" />
        </div>
      )}
    </article>
  )
}

function State({ push: { state, deadCount, troubled } }: { push: PushLine }) {
  if (state === 'hand') return <Tag tone="bad">ended: its maker may export no more</Tag>
  if (state === 'revoked') return <Tag tone="warn">ended</Tag>
  if (deadCount > 0) return <Tag tone="bad">{count(deadCount, 'batch', 'batches')} given up</Tag>
  return troubled.length > 0 ? <Tag tone="warn">to be tried again</Tag> : <Tag tone="good">in order</Tag>
}

function Tag({ tone, children }: { tone: 'good' | 'warn' | 'bad'; children: ReactNode }) {
  return (
    <span className="tag" data-tone={tone}>
      {children}
    </span>
  )
}

function PushButtons({ push: { id, url } }: { push: PushLine }) {
  const [isTesting, setTesting] = useState(false)
  const [tested, setTested] = useState<Tested | null>(null)
  const [isEnding, setEnding] = useState(false)
  const test = async (): Promise<void> => {
    setTesting(true)
    setTested(null)
    setTested(readTested(await askChange(`/audit/pushes/${id}/test`, 'POST')))
    setTesting(false)
  }
  return (
    <>
      <Group gap="xs" mt="sm">
        <Button
          size="xs"
          variant="default"
          loading={isTesting}
          onClick={() => void test()}
          aria-label={`Test ${url}`}
        >
          Test
        </Button>
        <Button size="xs" variant="default" onClick={() => setEnding(true)} aria-label={`End ${url}`}>
          End
        </Button>
        <Text component="div" size="sm" role="status" className="breakable">
          {tested?.kind === 'answer' && (
            <span style={{ color: tested.isTaken ? 'var(--good)' : 'var(--bad)' }}>{tested.said}</span>
          )}
        </Text>
      </Group>
      {tested?.kind === 'problem' && <Refused problem={tested.problem} />}
      {isEnding && (
        <RemoveDialog
          title="End a push"
          verb="End"
          change={{ address: `/audit/pushes/${id}`, method: 'DELETE', said: `Ended: ${url}.` }}
          onClose={() => setEnding(false)}
        >
          {url} is sent nothing more of the log, and what is on its way is dropped.
        </RemoveDialog>
      )}
    </>
  )
}
