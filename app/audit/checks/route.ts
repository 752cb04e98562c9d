import { askCheck } from '../../../lib/audit/check/ask-check.ts'
import { requirePermission } from '../../../lib/auth/require.ts'
import { json } from '../../../lib/http/json.ts'
import { route } from '../../../lib/http/route.ts'
import { services } from '../../../lib/services.ts'

/** Asks for a check of the whole log, which runs in the background: 202. For auditors of all projects. */
export const POST = route(async (request) => {
  const actor = await requirePermission(request, 'audit:read')
  return json(await askCheck(services(), actor), 202)
})
