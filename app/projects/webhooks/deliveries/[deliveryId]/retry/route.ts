import { requirePermission } from '../../../../../../lib/auth/require.ts'
import { json } from '../../../../../../lib/http/json.ts'
import { route } from '../../../../../../lib/http/route.ts'
import { services } from '../../../../../../lib/services.ts'
import { retryDelivery } from '../../../../../../lib/webhooks/retry-delivery.ts'

/** Sends an event that was given up on its way again. */
export const POST = route<{ deliveryId: string }>(async (request, { params }) => {
  const actor = await requirePermission(request, 'project:manage')
  const { deliveryId } = await params
  return json(await retryDelivery(services(), actor, deliveryId))
})
