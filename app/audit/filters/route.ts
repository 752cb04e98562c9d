import type { Deed } from '../../../lib/access/act.ts'
import { readOnRecord } from '../../../lib/access/read-on-record.ts'
import { parseFilterBody } from '../../../lib/audit/aids/parse-filter-body.ts'
import { saveFilter } from '../../../lib/audit/aids/saved-filters.ts'
import { requirePermission } from '../../../lib/auth/require.ts'
import { json, readJson } from '../../../lib/http/json.ts'
import { route } from '../../../lib/http/route.ts'
import { services } from '../../../lib/services.ts'

/** Saves a filter of the log for oneself. */
export const POST = route(async (request) => {
  const actor = await requirePermission(request, 'audit:read')
  const deedOf = (): Deed => ({ action: 'filter.changed', about: {} })
  const wanted = await readOnRecord(services(), { actor, body: readJson(request), deedOf }, parseFilterBody)
  return json(await saveFilter(services(), actor, wanted), 201)
})
