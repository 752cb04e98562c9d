import { requireActor } from '../../lib/auth/require.ts'
import { json } from '../../lib/http/json.ts'
import { route } from '../../lib/http/route.ts'
import { listNotices } from '../../lib/notices/list-notices.ts'
import { services } from '../../lib/services.ts'

/** What whoever asks was told. No activity: a bell that looks by itself must not keep somebody signed in. */
export const GET = route(async (request) => {
  const actor = await requireActor(request)
  return json(await listNotices(services(), actor))
})
