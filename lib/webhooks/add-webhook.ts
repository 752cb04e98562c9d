import { type Act, act } from '../access/act.ts'
import type { Actor } from '../auth/actor.ts'
import { AppError } from '../errors.ts'
import { makeSigningSecret } from '../outgoing/webhook.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'
import { byHand } from './by-hand.ts'
import { checkWebhook } from './check-webhook.ts'
import { factsOf, lockPlaceByName } from './lock-place.ts'
import type { WantedWebhook } from './parse-webhook.ts'
import { proposeWebhook } from './propose-webhook.ts'
import { putWebhook, sayAdded } from './put-webhook.ts'

/** What its messages are signed with is told here and never again. */
export type AddedWebhook =
  | { readonly webhookId: string; readonly signingSecret: string }
  | { readonly changeId: string; readonly state: 'awaiting'; readonly signingSecret: string }

const MOST = 20

/**
 * Adds a webhook to a project, or to all of them; where there are four eyes it waits for a second administrator. On
 * record, and so is a refusal: `forbidden`, `webhook-invalid`.
 */
export async function addWebhook(
  services: Services,
  actor: Actor,
  wanted: WantedWebhook,
): Promise<AddedWebhook> {
  const webhookId = newUuid()
  const about = { target: { kind: 'webhook', id: webhookId } }
  return act(services, { actor, action: 'webhook.changed', about }, async (doing) => {
    const place = await lockPlaceByName(doing, wanted.project)
    doing.note(factsOf(place))
    const { url, events } = checkWebhook(wanted)
    const projectId = place.project?.id ?? null
    await requireRoom(doing, projectId)
    const signingSecret = makeSigningSecret()
    const createdBy = actor.personId
    const webhook = { webhookId, projectId, url, events: [...events], signingSecret, createdBy }
    const { guarded } = place
    if (guarded === null) {
      await putWebhook(byHand(doing, services.secrets), webhook)
      return { webhookId, signingSecret }
    }
    const changeId = await proposeWebhook(doing, services.secrets, {
      ...{ place, guarded, webhookId, line: sayAdded(webhook) },
      payload: { kind: 'webhook', add: webhook, remove: null },
    })
    return { changeId, state: 'awaiting', signingSecret }
  })
}

async function requireRoom({ tx }: Act, projectId: string | null): Promise<void> {
  const count = await tx.webhook.count({ where: { projectId, removedAt: null } })
  if (count >= MOST)
    throw new AppError('webhook-invalid', `There are ${count} webhooks here already. Remove one first.`)
}
