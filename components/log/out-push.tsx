'use client'

import { Group, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import type { PushLine } from '../../lib/webhooks/log/list-pushes.ts'
import classes from '../frame/fact-list.module.css'
import { Moment } from '../frame/moment.tsx'
import { DeliveryTable } from '../projects/delivery-table.tsx'
import { WebhookButtons } from '../projects/webhook-buttons.tsx'
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
        <dd>{sayBacklog(backlog)}</dd>
      </dl>
      {push.state === 'on' && (
        <WebhookButtons
          address={`/audit/pushes/${id}`}
          url={url}
          ending={{
            verb: 'End',
            title: 'End a push',
            said: `Ended: ${url}.`,
            words: `${url} is sent nothing more of the log, and what is on its way is dropped.`,
          }}
        />
      )}
      {troubled.length > 0 && (
        <div style={{ marginTop: 12 }}>
          <DeliveryTable deliveries={troubled} under="/audit/pushes/deliveries" />
        </div>
      )}
    </article>
  )
}

function sayBacklog(backlog: PushLine['backlog']): string {
  if (backlog === 'some') return 'some lines'
  return backlog === 0 ? 'nothing' : count(backlog, 'line')
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
