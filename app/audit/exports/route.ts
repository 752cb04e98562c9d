import { readOnRecord } from '../../../lib/access/read-on-record.ts'
import { askForExport, parseAsking } from '../../../lib/audit/background/ask-for-export.ts'
import { listExports } from '../../../lib/audit/background/list-exports.ts'
import { requirePermission } from '../../../lib/auth/require.ts'
import { json, readJson } from '../../../lib/http/json.ts'
import { route } from '../../../lib/http/route.ts'
import { services } from '../../../lib/services.ts'

/** One's own exports that are made in the background. */
export const GET = route(async (request) => {
  const actor = await requirePermission(request, 'audit:export')
  return json({ exports: await listExports(services(), actor) })
})

/** Has an export made in the background. */
export const POST = route(async (request) => {
  const actor = await requirePermission(request, 'audit:export')
  const deedOf = () => ({ action: 'log.exported', about: { target: { kind: 'log', id: 'all' } } }) as const
  const asked = await readOnRecord(services(), { actor, body: readJson(request), deedOf }, parseAsking)
  return json(await askForExport(services(), actor, asked), 201)
})
