import type { Deed } from '../../../lib/access/act.ts'
import { readOnRecord } from '../../../lib/access/read-on-record.ts'
import { requirePermission } from '../../../lib/auth/require.ts'
import { json, readJson } from '../../../lib/http/json.ts'
import { route } from '../../../lib/http/route.ts'
import { services } from '../../../lib/services.ts'
import { addPush } from '../../../lib/webhooks/log/add-push.ts'
import { parsePush } from '../../../lib/webhooks/log/parse-push.ts'

/** Pushes the log to another program. The secret it is signed with is told this once. */
export const POST = route(async (request) => {
  const actor = await requirePermission(request, 'audit:export')
  const deedOf = (): Deed => ({ action: 'webhook.changed', about: {} })
  const wanted = await readOnRecord(services(), { actor, body: readJson(request), deedOf }, parsePush)
  return json(await addPush(services(), actor, wanted), 201)
})
