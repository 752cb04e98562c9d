import { readOnRecord } from '../../../../../lib/access/read-on-record.ts'
import { decideRequest, deedOfDecision } from '../../../../../lib/access/requests/decide-request.ts'
import { parseDecision } from '../../../../../lib/access/requests/parse-decisions.ts'
import { requirePermission } from '../../../../../lib/auth/require.ts'
import { json, readJson } from '../../../../../lib/http/json.ts'
import { route } from '../../../../../lib/http/route.ts'
import { services } from '../../../../../lib/services.ts'

/** Approves a request, for what was asked or for less, or refuses it with a word. */
export const POST = route<{ requestId: string }>(async (request, { params }) => {
  const actor = await requirePermission(request, 'access:manage')
  const { requestId } = await params
  const reading = { actor, body: readJson(request), deedOf: deedOfDecision(requestId) }
  const decision = await readOnRecord(services(), reading, parseDecision)
  return json(await decideRequest(services(), actor, { requestId, ...decision }))
})
