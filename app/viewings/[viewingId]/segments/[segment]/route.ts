import { requireActor } from '../../../../../lib/auth/require.ts'
import { createMediaResponse } from '../../../../../lib/http/media-response.ts'
import { route } from '../../../../../lib/http/route.ts'
import { services } from '../../../../../lib/services.ts'
import { getSegment } from '../../../../../lib/viewings/get-segment.ts'
import { parseSegmentName } from '../../../../../lib/viewings/parse-segment-name.ts'
import { readServed } from '../../../../../lib/viewings/read-window.ts'
import { requireViewing } from '../../../../../lib/viewings/require-viewing.ts'

/** One segment of a viewing, decrypted as it is sent, for the sign-in that opened it. */
export const GET = route<{ viewingId: string; segment: string }>(async (request, { params }) => {
  const actor = await requireActor(request)
  const { viewingId, segment } = await params
  const lease = await requireViewing(services(), actor, { viewingId, purpose: 'viewing' })
  const served = await getSegment(services(), lease, parseSegmentName(segment))
  const sizeBytes = served.prefix.length + served.range.end - served.range.start
  const read = readServed(services(), lease, served)
  return createMediaResponse({ read, sizeBytes, contentType: 'video/mp2t' }, request)
})
