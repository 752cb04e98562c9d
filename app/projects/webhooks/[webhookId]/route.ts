import { requirePermission } from '../../../../lib/auth/require.ts'
import { json } from '../../../../lib/http/json.ts'
import { route } from '../../../../lib/http/route.ts'
import { services } from '../../../../lib/services.ts'
import { removeWebhook } from '../../../../lib/webhooks/remove-webhook.ts'

/** Removes a webhook, again as good as once: 204, or 202 where that waits for a second administrator. */
export const DELETE = route<{ webhookId: string }>(async (request, { params }) => {
  const actor = await requirePermission(request, 'project:manage')
  const { webhookId } = await params
  const awaiting = await removeWebhook(services(), actor, webhookId)
  return awaiting === null ? new Response(null, { status: 204 }) : json(awaiting, 202)
})
