import { requireActor } from '../../../../lib/auth/require.ts'
import { createMediaResponse } from '../../../../lib/http/media-response.ts'
import { route } from '../../../../lib/http/route.ts'
import { services } from '../../../../lib/services.ts'
import { getFile } from '../../../../lib/viewings/get-file.ts'
import { readServed } from '../../../../lib/viewings/read-window.ts'
import { requireViewing } from '../../../../lib/viewings/require-viewing.ts'

/** The decrypted file under HTTP Range, for the sign-in that opened it. */
export const GET = route<{ viewingId: string }>(async (request, { params }) => {
  const actor = await requireActor(request)
  const { viewingId } = await params
  const lease = await requireViewing(services(), actor, { viewingId, purpose: 'viewing' })
  const { served } = await getFile(services(), lease)
  const read = readServed(services(), lease, served)
  return createMediaResponse({ read, sizeBytes: served.range.end, contentType: 'video/mp4' }, request)
})

export const HEAD = GET
