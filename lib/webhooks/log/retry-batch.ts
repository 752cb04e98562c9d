import { act } from '../../access/act.ts'
import type { Actor } from '../../auth/actor.ts'
import { AppError } from '../../errors.ts'
import type { Services } from '../../services.ts'
import { toLoggedId } from '../../uuid.ts'
import { getDelivery } from '../get-delivery.ts'
import { lockPush } from './lock-push.ts'

export type RetriedBatch = { readonly deliveryId: string; readonly state: 'waiting' | 'delivered' }

/**
 * Sets a batch that was given up on its way again, beside those that follow; one that is on its way or was taken stays as
 * it is. On record, and so is a refusal: `forbidden`, `webhook-invalid` where the push has ended.
 */
export async function retryBatch(
  services: Services,
  actor: Actor,
  deliveryId: string,
): Promise<RetriedBatch> {
  const about = { target: { kind: 'webhook-delivery', id: toLoggedId(deliveryId) } }
  return act(services, { actor, action: 'webhook.changed', about }, async (doing) => {
    const { webhookId } = await getDelivery(doing, deliveryId)
    const push = await lockPush(doing, webhookId)
    if (push.isEnded) throw new AppError('webhook-invalid', 'This push has ended; nothing more is sent.')
    const { isDead, isDelivered } = await getDelivery(doing, deliveryId)
    if (!isDead) return { deliveryId, state: isDelivered ? 'delivered' : 'waiting' }
    await doing.tx.$executeRaw`
      UPDATE webhook_deliveries
      SET dead_at = NULL, attempts = 0, next_attempt_at = now(), body = body || '{"again": true}'
      WHERE id = ${deliveryId}::uuid`
    const target = { kind: 'log-push', id: push.id }
    await doing.record('webhook.changed', { target, after: { did: 'sent again', deliveryId } })
    return { deliveryId, state: 'waiting' }
  })
}
