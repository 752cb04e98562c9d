import { requireActor } from '../../../lib/auth/require.ts'
import { readJson } from '../../../lib/http/json.ts'
import { route } from '../../../lib/http/route.ts'
import { markRead } from '../../../lib/notices/mark-read.ts'
import { parseRead } from '../../../lib/notices/parse-read.ts'
import { services } from '../../../lib/services.ts'

/** Marks notices of one's own as read; again is as good as once. */
export const POST = route(async (request) => {
  const actor = await requireActor(request)
  const { ids } = parseRead(await readJson(request))
  await markRead(services(), actor, ids)
  return new Response(null, { status: 204 })
})
