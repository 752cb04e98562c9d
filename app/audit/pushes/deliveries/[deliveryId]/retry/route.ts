import { requirePermission } from '../../../../../../lib/auth/require.ts'
import { json } from '../../../../../../lib/http/json.ts'
import { route } from '../../../../../../lib/http/route.ts'
import { services } from '../../../../../../lib/services.ts'
import { retryBatch } from '../../../../../../lib/webhooks/log/retry-batch.ts'

/** Sends rows of the log again that a program has not taken. */
export const POST = route<{ deliveryId: string }>(async (request, { params }) => {
  const actor = await requirePermission(request, 'audit:export')
  const { deliveryId } = await params
  return json(await retryBatch(services(), actor, deliveryId))
})
