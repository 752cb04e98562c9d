import type { Deed } from '../../../lib/access/act.ts'
import { readOnRecord } from '../../../lib/access/read-on-record.ts'
import { makeToken } from '../../../lib/audit/out/make-token.ts'
import { parseToken } from '../../../lib/audit/out/parse-token.ts'
import { requirePermission } from '../../../lib/auth/require.ts'
import { json, readJson } from '../../../lib/http/json.ts'
import { route } from '../../../lib/http/route.ts'
import { services } from '../../../lib/services.ts'

/** Makes a token with which another program fetches the log. It is told this once. */
export const POST = route(async (request) => {
  const actor = await requirePermission(request, 'audit:export')
  const deedOf = (): Deed => ({ action: 'token.made', about: {} })
  const wanted = await readOnRecord(services(), { actor, body: readJson(request), deedOf }, parseToken)
  return json(await makeToken(services(), actor, wanted), 201)
})
