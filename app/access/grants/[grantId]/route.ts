import { deedOfRevoking, revokeGrant } from '../../../../lib/access/giving/revoke-grant.ts'
import { readOnRecord } from '../../../../lib/access/read-on-record.ts'
import { parseRevoking } from '../../../../lib/access/requests/parse-decisions.ts'
import { requirePermission } from '../../../../lib/auth/require.ts'
import { readOptionalJson } from '../../../../lib/http/json.ts'
import { route } from '../../../../lib/http/route.ts'
import { services } from '../../../../lib/services.ts'

/** Takes a grant back; again is as good as once. */
export const DELETE = route<{ grantId: string }>(async (request, { params }) => {
  const actor = await requirePermission(request, 'access:manage')
  const { grantId } = await params
  const reading = { actor, body: readOptionalJson(request), deedOf: () => deedOfRevoking(grantId) }
  const { word } = await readOnRecord(services(), reading, parseRevoking)
  await revokeGrant(services(), actor, { grantId, word })
  return new Response(null, { status: 204 })
})
