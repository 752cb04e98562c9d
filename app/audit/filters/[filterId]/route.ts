import { removeFilter } from '../../../../lib/audit/aids/saved-filters.ts'
import { requirePermission } from '../../../../lib/auth/require.ts'
import { route } from '../../../../lib/http/route.ts'
import { services } from '../../../../lib/services.ts'

/** Removes a saved filter of one's own, again as good as once. */
export const DELETE = route<{ filterId: string }>(async (request, { params }) => {
  const actor = await requirePermission(request, 'audit:read')
  const { filterId } = await params
  await removeFilter(services(), actor, filterId)
  return new Response(null, { status: 204 })
})
