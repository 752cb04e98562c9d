import { approveGrant, deedOfApproval } from '../../../../../lib/access/giving/approve-grant.ts'
import { readOnRecord } from '../../../../../lib/access/read-on-record.ts'
import { parseApproval } from '../../../../../lib/access/requests/parse-decisions.ts'
import { requirePermission } from '../../../../../lib/auth/require.ts'
import { json, readJson } from '../../../../../lib/http/json.ts'
import { route } from '../../../../../lib/http/route.ts'
import { services } from '../../../../../lib/services.ts'

/** The second administrator's word on a grant that waits for one. */
export const POST = route<{ grantId: string }>(async (request, { params }) => {
  const actor = await requirePermission(request, 'access:manage')
  const { grantId } = await params
  const reading = { actor, body: readJson(request), deedOf: deedOfApproval(grantId) }
  const approval = await readOnRecord(services(), reading, parseApproval)
  return json(await approveGrant(services(), actor, { grantId, ...approval }))
})
