import { setTimeout as wait } from 'node:timers/promises'
import { sendWebhook, type WebhookOutcome } from '../outgoing/webhook.ts'
import type { Services } from '../services.ts'
import { type Claimed, claimDeliveries } from './claim-deliveries.ts'
import { cutBatches } from './log/cut-batches.ts'
import { LOG_BATCH } from './log/log-event.ts'
import { renderBatch } from './log/render-batch.ts'
import { openSigningSecret } from './open-signing-secret.ts'
import { giveBack, settleDelivery } from './settle-delivery.ts'

const AT_ONCE = 32
/** So that one that hangs leaves room for the others. */
const AT_ONCE_EACH = 2
const LOOK_AGAIN_MS = 500

/** Sends what is due until nothing is, some at once. What comes while it sends is sent too, and waits for nobody else’s answer. */
export async function deliverDue(services: Services, signal: AbortSignal): Promise<void> {
  const flying = new Map<Promise<void>, string>()
  try {
    while (!signal.aborted) {
      const room = { most: AT_ONCE - flying.size, mostOfOne: AT_ONCE_EACH, busy: [...flying.values()] }
      for (const claimed of await claimDeliveries(services.db, room)) {
        const work = deliver(services, claimed, signal).finally(() => flying.delete(work))
        flying.set(work, claimed.webhookId)
      }
      if (flying.size === 0) return
      await Promise.race([...flying.keys(), wait(LOOK_AGAIN_MS, undefined, { ref: false })])
    }
  } finally {
    await Promise.all(flying.keys())
  }
}

/** Never rejects: what cannot be settled is due again when its claim has run out. */
async function deliver(services: Services, claimed: Claimed, signal: AbortSignal): Promise<void> {
  try {
    const outcome = await send(services, claimed, signal)
    await (outcome === null ? giveBack(services, claimed) : settleDelivery(services, claimed, outcome))
    // So that what is far behind does not wait for the next look.
    if (claimed.event === LOG_BATCH && outcome?.delivered === true)
      await cutBatches(services, claimed.webhookId)
  } catch (error) {
    services.log.error({ err: error, deliveryId: claimed.id }, 'how a webhook went could not be put down')
  }
}

/** Null when the worker was stopped meanwhile. */
async function send(
  services: Services,
  { id, url, event, body, webhookId, secrets }: Claimed,
  signal: AbortSignal,
): Promise<WebhookOutcome | null> {
  const signingSecret = openSigningSecret(services.secrets, { id: webhookId, secrets })
  if (signingSecret === null) {
    const error = 'its signing secret cannot be opened with SECRETS_KEY'
    return { delivered: false, status: null, error, isFinal: false }
  }
  const target = { url, signingSecret }
  const text = event === LOG_BATCH ? await tryRender(services, { webhookId, body }) : JSON.stringify(body)
  if (typeof text !== 'string') return { delivered: false, status: null, isFinal: false, ...text }
  try {
    return await sendWebhook(services.outgoing, target, { id, body: text, signal })
  } catch (error) {
    if (signal.aborted) return null
    throw error
  }
}

/** What cannot be read is an attempt like any other: it is seen, and does not hold back what follows for ever. */
async function tryRender(
  services: Services,
  batch: { readonly webhookId: string; readonly body: unknown },
): Promise<string | { readonly error: string }> {
  try {
    return (
      (await renderBatch(services, batch)) ?? { error: 'whoever made it may not export this log any more' }
    )
  } catch (error) {
    services.log.error({ err: error, webhookId: batch.webhookId }, 'a batch of the log could not be read')
    return { error: 'its rows could not be read from the log' }
  }
}
