'use client'

import { Button, Group, Text, Title } from '@mantine/core'
import { useState } from 'react'
import type { WebhookLine } from '../../lib/webhooks/list-webhooks.ts'
import { askChange } from '../frame/asking.ts'
import classes from '../frame/fact-list.module.css'
import { Moment } from '../frame/moment.tsx'
import { Refused } from '../frame/refused.tsx'
import { count } from '../words.ts'
import { readAdded } from './added.ts'
import { DeliveryTable } from './delivery-table.tsx'
import { RemoveDialog } from './remove-dialog.tsx'
import { readTested, type Tested } from './tested.ts'

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
      {!carriesLog && <WebhookButtons webhook={webhook} />}
      {!carriesLog && webhook.troubled.length > 0 && (
        <div style={{ marginTop: 12 }}>
          <DeliveryTable deliveries={webhook.troubled} under="/projects/webhooks/deliveries" />
        </div>
      )}
    </article>
  )
}

function WebhookButtons({ webhook: { id, url, project } }: { webhook: WebhookLine }) {
  const [isTesting, setTesting] = useState(false)
  const [tested, setTested] = useState<Tested | null>(null)
  const [isRemoving, setRemoving] = useState(false)
  const test = async (): Promise<void> => {
    setTesting(true)
    setTested(null)
    setTested(readTested(await askChange(`/projects/webhooks/${id}/test`, 'POST')))
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
        <Button size="xs" variant="default" onClick={() => setRemoving(true)} aria-label={`Remove ${url}`}>
          Remove
        </Button>
        <Text component="div" size="sm" role="status" className="breakable">
          {tested?.kind === 'answer' && (
            <span style={{ color: tested.isTaken ? 'var(--good)' : 'var(--bad)' }}>{tested.said}</span>
          )}
        </Text>
      </Group>
      {tested?.kind === 'problem' && <Refused problem={tested.problem} />}
      {isRemoving && (
        <RemoveDialog
          title="Remove a webhook"
          verb="Remove"
          change={{
            address: `/projects/webhooks/${id}`,
            method: 'DELETE',
            said: (answered) =>
              readAdded(answered).isWaiting
                ? `Proposed: the removal of ${url} waits for a second administrator.`
                : `Removed: ${url}.`,
          }}
          onClose={() => setRemoving(false)}
        >
          {url} is told nothing more of {project === null ? 'any project' : project.name}, and what is on its
          way is dropped.
        </RemoveDialog>
      )}
    </>
  )
}
