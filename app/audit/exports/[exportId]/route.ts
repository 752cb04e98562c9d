import { cancelExport } from '../../../../lib/audit/background/cancel-export.ts'
import { requirePermission } from '../../../../lib/auth/require.ts'
import { route } from '../../../../lib/http/route.ts'
import { services } from '../../../../lib/services.ts'

/** Ends an export of one's own, or has its file removed; again is as good as once. */
export const DELETE = route<{ exportId: string }>(async (request, { params }) => {
  const actor = await requirePermission(request, 'audit:export')
  await cancelExport(services(), actor, (await params).exportId)
  return new Response(null, { status: 204 })
})
