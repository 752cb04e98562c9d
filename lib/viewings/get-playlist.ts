import { AppError } from '../errors.ts'
import { renderPlaylist } from '../media/playlist.ts'
import type { Services } from '../services.ts'
import type { Lease } from './lease.ts'
import { requireRecording } from './reopen-recording.ts'

/** The playlist of a viewing that is played as HLS. Throws `not-found` for one that is played as a file. */
export async function getPlaylist(services: Services, lease: Lease): Promise<string> {
  const { plan } = await requireRecording(services, lease.viewingId)
  if (!plan.hls) throw new AppError('not-found')
  return renderPlaylist(plan.hls.cutting)
}
