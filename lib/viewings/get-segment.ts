import { AppError } from '../errors.ts'
import { findSegment } from '../media/find-segment.ts'
import type { Services } from '../services.ts'
import { findSource } from './find-source.ts'
import type { Lease } from './lease.ts'
import type { Served } from './read-window.ts'
import { requireRecording } from './reopen-recording.ts'

const SEARCH_LIMIT_MS = 15_000

/** Segment n of a viewing that is played as HLS, its tables in front. Throws `not-found` where there is none. */
export async function getSegment(services: Services, lease: Lease, n: number): Promise<Served> {
  const recording = await requireRecording(services, lease.viewingId)
  const { hls } = recording.plan
  if (!hls) throw new AppError('not-found')
  const readPlaintext = await findSource(services, recording)
  const wanted = { ...hls, n, borders: recording.borders }
  // A border found serves both of its segments, so whoever asked first does not end the search by hanging up.
  const signal = AbortSignal.timeout(SEARCH_LIMIT_MS)
  const { range, fromSeconds, toSeconds } = await findSegment(readPlaintext, wanted, signal)
  return {
    kind: 'segment',
    prefix: Buffer.from(hls.stream.patPmt, 'base64'),
    range,
    seconds: { from: fromSeconds, to: toSeconds },
    readPlaintext,
  }
}
