import { requirePermission } from '../../../lib/auth/require.ts'
import { json, readJson } from '../../../lib/http/json.ts'
import { route } from '../../../lib/http/route.ts'
import { services } from '../../../lib/services.ts'
import { addWebhook } from '../../../lib/webhooks/add-webhook.ts'
import { parseWebhook } from '../../../lib/webhooks/parse-webhook.ts'

/** Adds a webhook: 201, or 202 where it waits for a second administrator. Its secret is told this once. */
export const POST = route(async (request) => {
  const actor = await requirePermission(request, 'project:manage')
  const added = await addWebhook(services(), actor, parseWebhook(await readJson(request)))
  return json(added, 'changeId' in added ? 202 : 201)
})
