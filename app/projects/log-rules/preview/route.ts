import { parsePreview, previewRule } from '../../../../lib/audit/retention/preview-rule.ts'
import { requirePermission } from '../../../../lib/auth/require.ts'
import { json } from '../../../../lib/http/json.ts'
import { route } from '../../../../lib/http/route.ts'
import { services } from '../../../../lib/services.ts'

/** What a rule of the log would let go today. */
export const GET = route(async (request) => {
  const actor = await requirePermission(request, 'project:manage')
  const wanted = parsePreview(new URL(request.url).searchParams)
  return json(await previewRule(services(), actor, wanted))
})
