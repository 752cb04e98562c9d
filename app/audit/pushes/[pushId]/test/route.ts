import { countUse } from '../../../../../lib/auth/limits.ts'
import { requirePermission } from '../../../../../lib/auth/require.ts'
import { json } from '../../../../../lib/http/json.ts'
import { route } from '../../../../../lib/http/route.ts'
import { services } from '../../../../../lib/services.ts'
import { tryPush } from '../../../../../lib/webhooks/log/try-push.ts'

/** Sends an event to where the log is pushed, to try it, and answers what came back. */
export const POST = route<{ pushId: string }>(async (request, { params }) => {
  const actor = await requirePermission(request, 'audit:export')
  await countUse(services(), actor, 'requests')
  const { pushId } = await params
  return json(await tryPush(services(), actor, pushId))
})
