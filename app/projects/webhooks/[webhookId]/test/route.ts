import { countUse } from '../../../../../lib/auth/limits.ts'
import { requirePermission } from '../../../../../lib/auth/require.ts'
import { json } from '../../../../../lib/http/json.ts'
import { route } from '../../../../../lib/http/route.ts'
import { services } from '../../../../../lib/services.ts'
import { tryWebhook } from '../../../../../lib/webhooks/try-webhook.ts'

/** Sends a webhook an event to try it, and answers what came back. */
export const POST = route<{ webhookId: string }>(async (request, { params }) => {
  const actor = await requirePermission(request, 'project:manage')
  await countUse(services(), actor, 'requests')
  const { webhookId } = await params
  return json(await tryWebhook(services(), actor, webhookId))
})
