import {
  deedOfRestriction,
  parseRestriction,
  restrictArchive,
} from '../../../../../lib/access/giving/restrict-archive.ts'
import { readOnRecord } from '../../../../../lib/access/read-on-record.ts'
import { requirePermission } from '../../../../../lib/auth/require.ts'
import { readJson } from '../../../../../lib/http/json.ts'
import { route } from '../../../../../lib/http/route.ts'
import { services } from '../../../../../lib/services.ts'

/** Restricts a recording to grants that name it, or lifts that. */
export const PUT = route<{ archiveId: string }>(async (request, { params }) => {
  const actor = await requirePermission(request, 'access:manage')
  const { archiveId } = await params
  const reading = { actor, body: readJson(request), deedOf: () => deedOfRestriction(archiveId) }
  const restriction = await readOnRecord(services(), reading, parseRestriction)
  await restrictArchive(services(), actor, { archiveId, ...restriction })
  return new Response(null, { status: 204 })
})
