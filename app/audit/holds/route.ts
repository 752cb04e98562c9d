import { readOnRecord } from '../../../lib/access/read-on-record.ts'
import { HOLD_DEED, parseHold, placeHold } from '../../../lib/audit/retention/hold.ts'
import { requirePermission } from '../../../lib/auth/require.ts'
import { json, readJson } from '../../../lib/http/json.ts'
import { route } from '../../../lib/http/route.ts'
import { services } from '../../../lib/services.ts'

/** Puts a project's part of the log, or a case's, on hold. */
export const POST = route(async (request) => {
  const actor = await requirePermission(request, 'audit:read')
  const reading = { actor, body: readJson(request), deedOf: () => HOLD_DEED }
  const wanted = await readOnRecord(services(), reading, parseHold)
  return json(await placeHold(services(), actor, wanted), 201)
})
