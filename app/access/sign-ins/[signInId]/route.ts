import { endOtherSignIn } from '../../../../lib/access/people/end-other-sign-in.ts'
import { requireActor } from '../../../../lib/auth/require.ts'
import { route } from '../../../../lib/http/route.ts'
import { services } from '../../../../lib/services.ts'

/** Ends a sign-in: one's own, or that of somebody whose access one manages. */
export const DELETE = route<{ signInId: string }>(async (request, { params }) => {
  const actor = await requireActor(request)
  const { signInId } = await params
  await endOtherSignIn(services(), actor, signInId)
  return new Response(null, { status: 204 })
})
