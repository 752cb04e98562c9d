import type { ReadRange } from '../http/byte-range.ts'
import { TICKS_PER_SECOND, ticksBetween } from './clock.ts'
import { readFrames } from './frames.ts'
import { PACKET_BYTES } from './packet.ts'
import type { Pes } from './pes-scanner.ts'
import type { TransportStream } from './transport-stream.ts'

/** How much denser a stream may be on the whole than at both of its ends before that is looked into. */
const SUSPECT = 1.5
const LOOKS = 8
const LOOK_BYTES = 340 * PACKET_BYTES

/**
 * Whether a stream holds more bytes a second than its ends do: either it is livelier in between, or timestamps begin
 * anew there and the time between its ends is not its length.
 */
export function isSuspect(
  { sizeBytes, durationSeconds }: Pick<TransportStream, 'sizeBytes' | 'durationSeconds'>,
  ends: readonly (readonly Pes[])[],
): boolean {
  const rates = ends.map(measureRate)
  return sizeBytes / Math.max(1, durationSeconds) > SUSPECT * Math.max(...rates)
}

/** Bytes a second. */
function measureRate(frames: readonly Pes[]): number {
  const [first, last] = [frames[0], frames.at(-1)]
  const ticks = first && last ? ticksBetween(first.dts, last.dts) : 0
  return first && last && ticks > 0 ? ((last.offset - first.offset) / ticks) * TICKS_PER_SECOND : 0
}

/** Whether time goes on through a stream, as far as a few looks into it show. */
export async function isSteady(
  read: ReadRange,
  stream: TransportStream,
  signal: AbortSignal,
): Promise<boolean> {
  const looks = Array.from({ length: LOOKS }, (_, n) => {
    const at = Math.floor(((n + 0.5) / LOOKS) * stream.sizeBytes)
    const start = at - (at % PACKET_BYTES)
    const range = { start, end: Math.min(start + LOOK_BYTES, stream.sizeBytes) }
    return readFrames(read, { stream, range }, signal)
  })
  const times = (await Promise.all(looks)).flatMap(([first]) => (first ? [first.ticks] : []))
  return [...times, stream.durationSeconds * TICKS_PER_SECOND].every((time, n) => time >= (times[n - 1] ?? 0))
}
