import { countUse } from '../../lib/auth/limits.ts'
import { requirePermission } from '../../lib/auth/require.ts'
import { json, readJson } from '../../lib/http/json.ts'
import { route } from '../../lib/http/route.ts'
import { services } from '../../lib/services.ts'
import { openViewing } from '../../lib/viewings/open-viewing.ts'
import { parseOpening } from '../../lib/viewings/parse-opening.ts'

/** Opens an archive for downloading whole, for a reason, on record. */
export const POST = route(async (request) => {
  const actor = await requirePermission(request, 'recording:download')
  await countUse(services(), actor, 'opens')
  const opening = parseOpening(await readJson(request))
  return json(await openViewing(services(), actor, { purpose: 'download', opening }), 201)
})
