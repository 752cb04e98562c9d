'use client'

import { Group, Title } from '@mantine/core'
import type { WebhookLine } from '../../lib/webhooks/list-webhooks.ts'
import classes from '../frame/fact-list.module.css'
import { Moment } from '../frame/moment.tsx'
import { count } from '../words.ts'
import { readAdded } from './added.ts'
import { DeliveryTable } from './delivery-table.tsx'
import { WebhookButtons } from './webhook-buttons.tsx'

/** Where other programs are told, and how that goes. */
export function WebhookCard({ webhook }: { webhook: WebhookLine }) {
  const { id, project, url, events, carriesLog, createdAt, waitingCount, deadCount, lastDeliveredAt } =
    webhook
  return (
    <article className="plate" aria-labelledby={`webhook-${id}`}>
      <Group justify="space-between" align="flex-start" gap="xs">
        <Title order={3} id={`webhook-${id}`} ff="monospace" size="h3" className="breakable">
          {url}
        </Title>
        {deadCount > 0 ? (
          <span className="tag" data-tone="bad">
            {count(deadCount, 'event')} given up
          </span>
        ) : (
          <span className="tag" data-tone={waitingCount > 0 ? 'warn' : 'good'}>
            {waitingCount > 0 ? `${count(waitingCount, 'event')} on the way` : 'nothing waits'}
          </span>
        )}
      </Group>
      <dl className={classes.facts}>
        <dt>Told of</dt>
        <dd>{project === null ? 'all projects' : project.name}</dd>
        <dt>Events</dt>
        <dd>
          {carriesLog && 'The log is pushed here, by an auditor, who alone changes that.'}
          {events.map((event) => (
            <code key={event} style={{ marginInlineEnd: 10 }}>
              {event}
            </code>
          ))}
        </dd>
        <dt>Added</dt>
        <dd>
          <Moment at={createdAt} />
        </dd>
        <dt>Last taken</dt>
        <dd>{lastDeliveredAt === null ? 'never' : <Moment at={lastDeliveredAt} />}</dd>
      </dl>
      {!carriesLog && (
        <WebhookButtons
          address={`/projects/webhooks/${id}`}
          url={url}
          ending={{
            verb: 'Remove',
            title: 'Remove a webhook',
            said: (answered) =>
              readAdded(answered).isWaiting
                ? `Proposed: the removal of ${url} waits for a second administrator.`
                : `Removed: ${url}.`,
            words: `${url} is told nothing more of ${project === null ? 'any project' : project.name}, and what is on its way is dropped.`,
          }}
        />
      )}
      {!carriesLog && webhook.troubled.length > 0 && (
        <div style={{ marginTop: 12 }}>
          <DeliveryTable deliveries={webhook.troubled} under="/projects/webhooks/deliveries" />
        </div>
      )}
    </article>
  )
}
