import { readOnRecord } from '../../../lib/access/read-on-record.ts'
import { deedOfErasure, parseErasure, proposeErasure } from '../../../lib/audit/retention/propose-erasure.ts'
import { requirePermission } from '../../../lib/auth/require.ts'
import { json, readJson } from '../../../lib/http/json.ts'
import { route } from '../../../lib/http/route.ts'
import { services } from '../../../lib/services.ts'

/** Asks that the personal values of one line are erased: 202, an administrator decides. */
export const POST = route(async (request) => {
  const actor = await requirePermission(request, 'audit:read')
  const reading = { actor, body: readJson(request), deedOf: deedOfErasure }
  const wanted = await readOnRecord(services(), reading, parseErasure)
  return json(await proposeErasure(services(), actor, wanted), 202)
})
