import { requirePermission } from '../../../../../lib/auth/require.ts'
import { json, readJson } from '../../../../../lib/http/json.ts'
import { route } from '../../../../../lib/http/route.ts'
import { decideChange } from '../../../../../lib/projects/decide-change.ts'
import { parseChangeDecision } from '../../../../../lib/projects/parse-change-decision.ts'
import { services } from '../../../../../lib/services.ts'

/** Approves a change of a project that waits, or refuses it. */
export const POST = route<{ changeId: string }>(async (request, { params }) => {
  const actor = await requirePermission(request, 'project:manage')
  const { changeId } = await params
  const said = parseChangeDecision(await readJson(request))
  return json(await decideChange(services(), actor, { changeId, ...said }))
})
