import { exportLog } from '../../../lib/audit/export/export-log.ts'
import { listParameters } from '../../../lib/audit/log-filter.ts'
import { requirePermission } from '../../../lib/auth/require.ts'
import { answerAttachment } from '../../../lib/http/attachment.ts'
import { route } from '../../../lib/http/route.ts'
import { services } from '../../../lib/services.ts'

/** What of the log fits the page's filter, as a file; on record before its first byte. */
export const GET = route(async (request) => {
  const actor = await requirePermission(request, 'audit:export')
  const given = listParameters(new URL(request.url).searchParams)
  return answerAttachment(await exportLog(services(), actor, given), request)
})
