import { requireActor } from '../../../lib/auth/require.ts'
import { route } from '../../../lib/http/route.ts'
import { services } from '../../../lib/services.ts'
import { closeOwnViewing } from '../../../lib/viewings/close-viewing.ts'

/** Ends a viewing; again is as good as once. */
export const DELETE = route<{ viewingId: string }>(async (request, { params }) => {
  const actor = await requireActor(request)
  const { viewingId } = await params
  await closeOwnViewing(services(), actor, viewingId)
  return new Response(null, { status: 204 })
})
