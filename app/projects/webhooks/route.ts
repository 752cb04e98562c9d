import type { Deed } from '../../../lib/access/act.ts'
import { readOnRecord } from '../../../lib/access/read-on-record.ts'
import { requirePermission } from '../../../lib/auth/require.ts'
import { json, readJson } from '../../../lib/http/json.ts'
import { route } from '../../../lib/http/route.ts'
import { services } from '../../../lib/services.ts'
import { addWebhook } from '../../../lib/webhooks/add-webhook.ts'
import { parseWebhook } from '../../../lib/webhooks/parse-webhook.ts'

/** Adds a webhook: 201, or 202 where it waits for a second administrator. Its secret is told this once. */
export const POST = route(async (request) => {
  const actor = await requirePermission(request, 'project:manage')
  const deedOf = (): Deed => ({ action: 'webhook.changed', about: {} })
  const wanted = await readOnRecord(services(), { actor, body: readJson(request), deedOf }, parseWebhook)
  const added = await addWebhook(services(), actor, wanted)
  return json(added, 'changeId' in added ? 202 : 201)
})
