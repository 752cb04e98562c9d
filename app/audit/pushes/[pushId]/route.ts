import { requirePermission } from '../../../../lib/auth/require.ts'
import { route } from '../../../../lib/http/route.ts'
import { services } from '../../../../lib/services.ts'
import { endPush } from '../../../../lib/webhooks/log/end-push.ts'

/** Ends a push, again as good as once. */
export const DELETE = route<{ pushId: string }>(async (request, { params }) => {
  const actor = await requirePermission(request, 'audit:export')
  const { pushId } = await params
  await endPush(services(), actor, pushId)
  return new Response(null, { status: 204 })
})
