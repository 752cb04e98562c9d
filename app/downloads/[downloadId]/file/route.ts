import { requireActor } from '../../../../lib/auth/require.ts'
import { createMediaResponse } from '../../../../lib/http/media-response.ts'
import { route } from '../../../../lib/http/route.ts'
import { services } from '../../../../lib/services.ts'
import { getFile } from '../../../../lib/viewings/get-file.ts'
import { readServed } from '../../../../lib/viewings/read-window.ts'
import { requireViewing } from '../../../../lib/viewings/require-viewing.ts'

const CONTENT_TYPES = { ts: 'video/mp2t', mp4: 'video/mp4' } as const

/** The whole decrypted file as an attachment, for the sign-in that opened it. */
export const GET = route<{ downloadId: string }>(async (request, { params }) => {
  const actor = await requireActor(request)
  const { downloadId } = await params
  const lease = await requireViewing(services(), actor, { viewingId: downloadId, purpose: 'download' })
  const { served, container } = await getFile(services(), lease)
  const media = {
    read: readServed(services(), lease, served),
    sizeBytes: served.range.end,
    contentType: CONTENT_TYPES[container],
    headers: { 'Content-Disposition': `attachment; filename="${lease.archiveId}.${container}"` },
  }
  return createMediaResponse(media, request)
})

export const HEAD = GET
