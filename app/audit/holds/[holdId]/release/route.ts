import { readOnRecord } from '../../../../../lib/access/read-on-record.ts'
import { deedOfRelease, parseRelease, proposeRelease } from '../../../../../lib/audit/retention/hold.ts'
import { requirePermission } from '../../../../../lib/auth/require.ts'
import { json, readJson } from '../../../../../lib/http/json.ts'
import { route } from '../../../../../lib/http/route.ts'
import { services } from '../../../../../lib/services.ts'

/** Asks that a hold on the log is released: 202, an administrator decides. */
export const POST = route<{ holdId: string }>(async (request, { params }) => {
  const actor = await requirePermission(request, 'audit:read')
  const { holdId } = await params
  const reading = { actor, body: readJson(request), deedOf: deedOfRelease(holdId) }
  const { reason } = await readOnRecord(services(), reading, parseRelease)
  return json(await proposeRelease(services(), actor, { holdId, reason }), 202)
})
