import { readOnRecord } from '../../../../../lib/access/read-on-record.ts'
import { requirePermission } from '../../../../../lib/auth/require.ts'
import { json, readJson } from '../../../../../lib/http/json.ts'
import { route } from '../../../../../lib/http/route.ts'
import { decideChange, deedOfChangeDecision } from '../../../../../lib/projects/decide-change.ts'
import { parseChangeDecision } from '../../../../../lib/projects/parse-change-decision.ts'
import { services } from '../../../../../lib/services.ts'

/** Approves a change of a project that waits, or refuses it. */
export const POST = route<{ changeId: string }>(async (request, { params }) => {
  const actor = await requirePermission(request, 'project:manage')
  const { changeId } = await params
  const reading = { actor, body: readJson(request), deedOf: deedOfChangeDecision(changeId) }
  const decision = await readOnRecord(services(), reading, parseChangeDecision)
  return json(await decideChange(services(), actor, { changeId, ...decision }))
})
