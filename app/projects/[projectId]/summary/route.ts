import type { Deed } from '../../../../lib/access/act.ts'
import { readOnRecord } from '../../../../lib/access/read-on-record.ts'
import { parseDaySummary, setDaySummary } from '../../../../lib/audit/aids/set-day-summary.ts'
import { requirePermission } from '../../../../lib/auth/require.ts'
import { readJson } from '../../../../lib/http/json.ts'
import { route } from '../../../../lib/http/route.ts'
import { services } from '../../../../lib/services.ts'

/** Switches the daily summary of a project's log on or off, and sets its office hours. */
export const PUT = route<{ projectId: string }>(async (request, { params }) => {
  const actor = await requirePermission(request, 'project:manage')
  const { projectId } = await params
  const deedOf = (): Deed => ({ action: 'project.changed', about: {} })
  const wanted = await readOnRecord(services(), { actor, body: readJson(request), deedOf }, parseDaySummary)
  await setDaySummary(services(), actor, { ...wanted, projectId })
  return new Response(null, { status: 204 })
})
