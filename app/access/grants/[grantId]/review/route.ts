import { deedOfVerdict, reviewGrant } from '../../../../../lib/access/giving/review-grant.ts'
import { readOnRecord } from '../../../../../lib/access/read-on-record.ts'
import { parseVerdict } from '../../../../../lib/access/requests/parse-decisions.ts'
import { requirePermission } from '../../../../../lib/auth/require.ts'
import { json, readJson } from '../../../../../lib/http/json.ts'
import { route } from '../../../../../lib/http/route.ts'
import { services } from '../../../../../lib/services.ts'

/** What an access review says of a grant. */
export const POST = route<{ grantId: string }>(async (request, { params }) => {
  const actor = await requirePermission(request, 'access:manage')
  const { grantId } = await params
  const reading = { actor, body: readJson(request), deedOf: deedOfVerdict(grantId) }
  const verdict = await readOnRecord(services(), reading, parseVerdict)
  return json(await reviewGrant(services(), actor, { grantId, ...verdict }))
})
