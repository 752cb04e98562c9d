import { act } from '../access/act.ts'
import type { Actor } from '../auth/actor.ts'
import { AppError } from '../errors.ts'
import { sendWebhook, type WebhookTarget } from '../outgoing/webhook.ts'
import type { Services } from '../services.ts'
import { newUuid, toLoggedId } from '../uuid.ts'
import { webhookHost } from './check-webhook.ts'
import { lockWebhook } from './lock-webhook.ts'
import { openSigningSecret } from './open-signing-secret.ts'

/** What came back: the status alone, for what is said beside it is whoever's it is. */
export type TriedWebhook = {
  readonly delivered: boolean
  readonly status: number | null
  /** What went wrong, in words. */
  readonly error: string | null
}

const NEVER = new AbortController().signal

/**
 * Sends a webhook an event of kind `test`, at once and once, which is on record before. Throws `forbidden`, on record,
 * and `webhook-invalid` for one that was removed or whose secret cannot be opened.
 */
export async function tryWebhook(services: Services, actor: Actor, webhookId: string): Promise<TriedWebhook> {
  const about = { target: { kind: 'webhook', id: toLoggedId(webhookId) } }
  const target = await act(services, { actor, action: 'webhook.changed', about }, async (doing) => {
    const { webhook } = await lockWebhook(doing, webhookId)
    if (webhook.isRemoved) throw new AppError('webhook-invalid', 'This webhook was removed.')
    const signingSecret = openSigningSecret(services.secrets, webhook)
    if (signingSecret === null)
      throw new AppError(
        'webhook-invalid',
        'What it signs with cannot be opened with SECRETS_KEY. Remove it and add it again.',
      )
    await doing.record('webhook.changed', { after: { did: 'tried', host: webhookHost(webhook.url) } })
    return { url: webhook.url, signingSecret }
  })
  return sendTest(services, target, webhookId)
}

/** Sends an event of kind `test`, which holds nothing else. */
export async function sendTest(
  services: Services,
  target: WebhookTarget,
  webhookId: string,
): Promise<TriedWebhook> {
  const data = { webhookId: webhookId.toLowerCase() }
  const body = JSON.stringify({ type: 'test', timestamp: new Date().toISOString(), data })
  const outcome = await sendWebhook(services.outgoing, target, { id: newUuid(), body, signal: NEVER })
  const { delivered, status } = outcome
  return { delivered, status, error: outcome.delivered ? null : outcome.error }
}
