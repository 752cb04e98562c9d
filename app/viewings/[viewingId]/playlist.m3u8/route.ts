import { requireActor } from '../../../../lib/auth/require.ts'
import { route } from '../../../../lib/http/route.ts'
import { services } from '../../../../lib/services.ts'
import { getPlaylist } from '../../../../lib/viewings/get-playlist.ts'
import { requireViewing } from '../../../../lib/viewings/require-viewing.ts'

/** The list of a viewing’s segments, for the sign-in that opened it. */
export const GET = route<{ viewingId: string }>(async (request, { params }) => {
  const actor = await requireActor(request)
  const { viewingId } = await params
  const lease = await requireViewing(services(), actor, { viewingId, purpose: 'viewing' })
  const playlist = await getPlaylist(services(), lease)
  return new Response(playlist, { headers: { 'Content-Type': 'application/vnd.apple.mpegurl' } })
})
