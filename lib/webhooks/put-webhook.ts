import type { Applying } from '../projects/applying.ts'
import { bindSecret } from '../projects/secret-reference.ts'
import { webhookHost } from './check-webhook.ts'

/** What of an applying a webhook is changed with. */
export type WebhookHand = Pick<Applying, 'tx' | 'box' | 'record' | 'say'>

export type NewWebhook = {
  readonly webhookId: string
  readonly projectId: string | null
  readonly url: string
  readonly events: readonly string[]
  readonly signingSecret: string
  readonly createdBy: string
}

/** Adds a webhook, on record. */
export async function putWebhook({ tx, box, record, say }: WebhookHand, webhook: NewWebhook): Promise<void> {
  const { webhookId: id, projectId, url, events, signingSecret, createdBy } = webhook
  const signing = { sealed: box.seal(signingSecret, bindSecret('webhooks', id)) }
  await tx.webhook.create({
    data: { id, projectId, url, events: [...events], createdBy, secrets: { signingSecret: signing } },
  })
  say(sayAdded(webhook))
  await record({
    action: 'webhook.changed',
    target: { kind: 'webhook', id },
    after: { did: 'added', host: webhookHost(url), events },
  })
}

/** Removes a webhook, on record; what is on its way to it is given up. Answers whether it still stood. */
export async function takeWebhook(
  { tx, record, say }: WebhookHand,
  { webhookId: id, url }: Pick<NewWebhook, 'webhookId' | 'url'>,
): Promise<boolean> {
  const { count } = await tx.webhook.updateMany({
    where: { id, removedAt: null },
    data: { removedAt: new Date() },
  })
  if (count === 0) return false
  await tx.webhookDelivery.updateMany({
    where: { webhookId: id, deliveredAt: null, deadAt: null },
    data: { deadAt: new Date(), nextAttemptAt: null, lastError: 'the webhook was removed' },
  })
  say(sayRemoved(url))
  await record({
    action: 'webhook.changed',
    target: { kind: 'webhook', id },
    after: { did: 'removed', host: webhookHost(url) },
  })
  return true
}

export function sayAdded({
  url,
  events,
  projectId,
}: Pick<NewWebhook, 'url' | 'events' | 'projectId'>): string {
  const of = projectId === null ? ', of all projects' : ''
  return `webhook at ${webhookHost(url)}: added, told of ${events.join(', ')}${of}`
}

export function sayRemoved(url: string): string {
  return `webhook at ${webhookHost(url)}: removed`
}
