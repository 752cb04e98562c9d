import { parseVerdict } from '../../../../../lib/access/parse-decisions.ts'
import { reviewGrant } from '../../../../../lib/access/review-grant.ts'
import { requirePermission } from '../../../../../lib/auth/require.ts'
import { json, readJson } from '../../../../../lib/http/json.ts'
import { route } from '../../../../../lib/http/route.ts'
import { services } from '../../../../../lib/services.ts'

/** What an access review says of a grant. */
export const POST = route<{ grantId: string }>(async (request, { params }) => {
  const actor = await requirePermission(request, 'access:manage')
  const { grantId } = await params
  const verdict = parseVerdict(await readJson(request))
  return json(await reviewGrant(services(), actor, { grantId, ...verdict }))
})
