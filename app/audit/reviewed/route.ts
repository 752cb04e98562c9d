import type { Deed } from '../../../lib/access/act.ts'
import { readOnRecord } from '../../../lib/access/read-on-record.ts'
import { markReviewed, parseReviewed } from '../../../lib/audit/aids/mark-reviewed.ts'
import { requirePermission } from '../../../lib/auth/require.ts'
import { json, readJson } from '../../../lib/http/json.ts'
import { route } from '../../../lib/http/route.ts'
import { services } from '../../../lib/services.ts'

/** Puts down that the log was reviewed up to a time. */
export const POST = route(async (request) => {
  const actor = await requirePermission(request, 'audit:read')
  const deedOf = (): Deed => ({ action: 'log.reviewed', about: {} })
  const wanted = await readOnRecord(services(), { actor, body: readJson(request), deedOf }, parseReviewed)
  return json(await markReviewed(services(), actor, wanted), 201)
})
