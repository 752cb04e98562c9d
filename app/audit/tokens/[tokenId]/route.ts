import { endToken } from '../../../../lib/audit/out/end-token.ts'
import { requirePermission } from '../../../../lib/auth/require.ts'
import { route } from '../../../../lib/http/route.ts'
import { services } from '../../../../lib/services.ts'

/** Ends a token, again as good as once. */
export const DELETE = route<{ tokenId: string }>(async (request, { params }) => {
  const actor = await requirePermission(request, 'audit:export')
  const { tokenId } = await params
  await endToken(services(), actor, tokenId)
  return new Response(null, { status: 204 })
})
