import { readOnRecord } from '../../../lib/access/read-on-record.ts'
import { parseLogRule, proposeLogRule, RULE_DEED } from '../../../lib/audit/retention/propose-rule.ts'
import { requirePermission } from '../../../lib/auth/require.ts'
import { json, readJson } from '../../../lib/http/json.ts'
import { route } from '../../../lib/http/route.ts'
import { services } from '../../../lib/services.ts'

/** Proposes how long a project's part of the log is kept: 202, for it always waits for a second administrator. */
export const POST = route(async (request) => {
  const actor = await requirePermission(request, 'project:manage')
  const reading = { actor, body: readJson(request), deedOf: () => RULE_DEED }
  const wanted = await readOnRecord(services(), reading, parseLogRule)
  return json(await proposeLogRule(services(), actor, wanted), 202)
})
