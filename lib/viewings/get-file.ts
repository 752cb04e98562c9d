import { AppError } from '../errors.ts'
import type { Services } from '../services.ts'
import { findSource } from './find-source.ts'
import type { Lease } from './lease.ts'
import type { Served } from './read-window.ts'
import { requireRecording } from './reopen-recording.ts'
import type { ReadingPlan } from './viewing.ts'

/**
 * The whole decrypted file of a viewing that is played as one, or of a download. Throws `not-found` for a viewing that
 * is played as HLS.
 */
export async function getFile(
  services: Services,
  lease: Lease,
): Promise<{ readonly served: Served; readonly container: ReadingPlan['container'] }> {
  const recording = await requireRecording(services, lease.viewingId)
  const { plan } = recording
  if (plan.hls) throw new AppError('not-found')
  const served: Served = {
    kind: 'file',
    prefix: new Uint8Array(),
    range: { start: 0, end: plan.sizeBytes },
    seconds: null,
    readPlaintext: await findSource(services, recording),
  }
  return { served, container: plan.container }
}
