import type { Deed } from '../../../lib/access/act.ts'
import { giveGrant } from '../../../lib/access/giving/give-grant.ts'
import { readOnRecord } from '../../../lib/access/read-on-record.ts'
import { parseGrant } from '../../../lib/access/wanted.ts'
import { requirePermission } from '../../../lib/auth/require.ts'
import { json, readJson } from '../../../lib/http/json.ts'
import { route } from '../../../lib/http/route.ts'
import { services } from '../../../lib/services.ts'

/** Gives a person, or a group, rights over a scope, for a reason and until a date. */
export const POST = route(async (request) => {
  const actor = await requirePermission(request, 'access:manage')
  const deedOf = (): Deed => ({ action: 'grant.given', about: {} })
  const wanted = await readOnRecord(services(), { actor, body: readJson(request), deedOf }, parseGrant)
  return json(await giveGrant(services(), actor, wanted), 201)
})
