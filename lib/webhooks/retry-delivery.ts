import { act } from '../access/act.ts'
import type { Actor } from '../auth/actor.ts'
import { AppError } from '../errors.ts'
import type { Services } from '../services.ts'
import { toLoggedId } from '../uuid.ts'
import { getDelivery } from './get-delivery.ts'
import { lockWebhook } from './lock-webhook.ts'

export type RetriedDelivery = { readonly deliveryId: string; readonly state: 'waiting' | 'delivered' }

/**
 * Sets an event that was given up on its way again, with all its attempts before it; one that is on its way or was taken
 * stays as it is. On record, and so is a refusal: `forbidden`, `webhook-invalid` where the webhook was removed.
 */
export async function retryDelivery(
  services: Services,
  actor: Actor,
  deliveryId: string,
): Promise<RetriedDelivery> {
  const about = { target: { kind: 'webhook-delivery', id: toLoggedId(deliveryId) } }
  return act(services, { actor, action: 'webhook.changed', about }, async (doing) => {
    const { webhookId } = await getDelivery(doing, deliveryId)
    const { webhook } = await lockWebhook(doing, webhookId)
    if (webhook.isRemoved)
      throw new AppError('webhook-invalid', 'This webhook was removed; nothing more is sent to it.')
    const { isDead, isDelivered, event } = await getDelivery(doing, deliveryId)
    if (!isDead) return { deliveryId, state: isDelivered ? 'delivered' : 'waiting' }
    await doing.tx.$executeRaw`
      UPDATE webhook_deliveries SET dead_at = NULL, attempts = 0, next_attempt_at = now() WHERE id = ${deliveryId}::uuid`
    const target = { kind: 'webhook', id: webhook.id }
    await doing.record('webhook.changed', { target, after: { did: 'sent again', deliveryId, event } })
    return { deliveryId, state: 'waiting' }
  })
}
