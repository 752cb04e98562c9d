import { readExportFile } from '../../../../../lib/audit/background/read-export-file.ts'
import { requirePermission } from '../../../../../lib/auth/require.ts'
import { answerAttachment } from '../../../../../lib/http/attachment.ts'
import { route } from '../../../../../lib/http/route.ts'
import { services } from '../../../../../lib/services.ts'

/** The file of an export of one's own; that it is fetched is on record before its first byte. */
export const GET = route<{ exportId: string }>(async (request, { params }) => {
  const actor = await requirePermission(request, 'audit:export')
  return answerAttachment(await readExportFile(services(), actor, (await params).exportId), request)
})
