/**
 * Where a transport stream can be cut, by one pass over all of it. Plain JSON, and small: two numbers a keyframe.
 * Audio alone is cut every ten seconds or so.
 */
export type KeyframeIndex = {
  readonly sizeBytes: number
  readonly durationSeconds: number
  readonly offsets: readonly number[]
  /** When each begins, in ticks of 90 kHz since the start, pauses included; never falling. */
  readonly ticks: readonly number[]
  /** Positions in `offsets` at which the timestamps begin anew. */
  readonly breaks: readonly number[]
}
