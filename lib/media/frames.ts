import type { ByteRange, ReadRange } from '../http/byte-range.ts'
import { ticksSince } from './clock.ts'
import { createPesScanner, type Pes } from './pes-scanner.ts'
import type { TransportStream } from './transport-stream.ts'

/** A frame on the recording’s clock, in ticks of 90 kHz since its start. */
export type Frame = {
  /** Byte offset of the transport packet it begins in. */
  readonly offset: number
  /** When it is decoded: rises from frame to frame, which the time it is shown at need not. */
  readonly ticks: number
  readonly shownTicks: number
  readonly isKey: boolean
}

/**
 * The frames that begin in a range, in the order of their bytes: the picture’s, or where it has none, the sound’s.
 * Of sound alone, each can be cut at. A last frame that the range cuts off may not yet be known to be a keyframe.
 */
export async function readFrames(
  read: ReadRange,
  { stream, range }: { readonly stream: TransportStream; readonly range: ByteRange },
  signal: AbortSignal,
): Promise<Frame[]> {
  const video: Frame[] = []
  const audio: Frame[] = []
  const keep = ({ track, offset, pts, dts, isKey }: Pes) => {
    const ticks = ticksSince(stream.startPts, dts)
    const shownTicks = ticksSince(stream.startPts, pts)
    if (track === 'video') video.push({ offset, ticks, shownTicks, isKey })
    else audio.push({ offset, ticks, shownTicks, isKey: !stream.hasVideo })
  }
  const scanner = createPesScanner(keep, { baseOffset: range.start, known: stream })
  if (range.end > range.start) for await (const chunk of read(range, signal)) scanner.push(chunk)
  scanner.finish()
  return video.length > 0 ? video : audio
}
