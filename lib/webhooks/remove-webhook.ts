import { type Act, act } from '../access/act.ts'
import { DECIDE_WITHIN_HOURS } from '../access/deciding.ts'
import type { Actor } from '../auth/actor.ts'
import type { Services } from '../services.ts'
import { toLoggedId } from '../uuid.ts'
import { byHand } from './by-hand.ts'
import { lockWebhook } from './lock-webhook.ts'
import { proposeWebhook } from './propose-webhook.ts'
import { sayRemoved, takeWebhook } from './put-webhook.ts'

/** What waits for a second administrator. */
export type Awaiting = { readonly changeId: string; readonly state: 'awaiting' }

/**
 * Removes a webhook; again is as good as once. Where there are four eyes its removal waits for a second administrator:
 * answers what waits, else null. On record, and so is a refusal: `forbidden`.
 */
export async function removeWebhook(
  services: Services,
  actor: Actor,
  webhookId: string,
): Promise<Awaiting | null> {
  const about = { target: { kind: 'webhook', id: toLoggedId(webhookId) } }
  return act(services, { actor, action: 'webhook.changed', about }, async (doing) => {
    const { webhook, place } = await lockWebhook(doing, webhookId)
    if (webhook.isRemoved) return null
    const remove = { webhookId: webhook.id, url: webhook.url }
    const { guarded } = place
    if (guarded === null) {
      await takeWebhook(byHand(doing, services.secrets), remove)
      return null
    }
    const changeId =
      (await findWaiting(doing, webhook.id)) ??
      (await proposeWebhook(doing, services.secrets, {
        ...{ place, guarded, webhookId: webhook.id, line: sayRemoved(webhook.url) },
        payload: { kind: 'webhook', add: null, remove },
      }))
    return { changeId, state: 'awaiting' }
  })
}

async function findWaiting({ tx }: Act, webhookId: string): Promise<string | null> {
  const [row] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM changes
    WHERE kind = 'webhook' AND decision IS NULL AND summary ->> 'webhookId' = ${webhookId}
      AND proposed_at > now() - make_interval(hours => ${DECIDE_WITHIN_HOURS})`
  return row?.id ?? null
}
