import { requireActor } from '../../../../lib/auth/require.ts'
import { readJson } from '../../../../lib/http/json.ts'
import { route } from '../../../../lib/http/route.ts'
import { services } from '../../../../lib/services.ts'
import { closeOwnViewing } from '../../../../lib/viewings/close-viewing.ts'
import { parseProgress, progressViewing } from '../../../../lib/viewings/progress.ts'

/** A player’s heartbeat, paused too; its last one ends the viewing. */
export const POST = route<{ viewingId: string }>(async (request, { params }) => {
  const actor = await requireActor(request)
  const { viewingId } = await params
  const progress = parseProgress(await readJson(request))
  const { endsAt } = await progressViewing(services(), actor, { viewingId, progress })
  if (progress.closing) await closeOwnViewing(services(), actor, viewingId)
  return new Response(null, { status: 204, headers: { 'Viewing-Expires': endsAt.toISOString() } })
})
