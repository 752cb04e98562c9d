import { AppError } from '../errors.ts'
import { TICKS_PER_SECOND } from './clock.ts'
import { createPesScanner, type Pes } from './pes-scanner.ts'
import { createTimeline } from './timeline.ts'

/**
 * Where a transport stream can be cut, by one pass over all of it. Plain JSON, and small: two numbers a keyframe.
 * Where there is no picture, it can be cut every ten seconds or so.
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

type Cut = { offset: number; readonly ticks: number; readonly isBreak: boolean }

/** Sound is cut this far from any picture and from the cut before. */
const SOUND_TICKS = 10 * TICKS_PER_SECOND

/**
 * Reads a whole transport stream, once, for its keyframes. The first is taken to begin with the stream.
 * Throws `archive-container-unknown` where there is nothing to play, and what the reading throws.
 */
export async function buildKeyframeIndex(chunks: AsyncIterable<Uint8Array>): Promise<KeyframeIndex> {
  const timeline = createTimeline()
  const cuts: Cut[] = []
  let sizeBytes = 0
  let pictureTicks = Number.NEGATIVE_INFINITY
  let isEmpty = true
  const scanner = createPesScanner(take, { baseOffset: 0, known: null })
  for await (const chunk of chunks) {
    sizeBytes += chunk.length
    scanner.push(chunk)
  }
  scanner.finish()
  if (isEmpty) throw new AppError('archive-container-unknown', 'The transport stream holds nothing to play.')
  return summarise()

  function take(pes: Pes): void {
    isEmpty = false
    const { ticks, isBreak } = timeline.place(pes, scanner.lastAudio())
    if (pes.track === 'video') {
      // A picture is told a little late: sound behind it may already have been.
      const last = cuts.at(-1)
      if (last && last.offset > pes.offset) last.offset = pes.offset
      pictureTicks = ticks
    }
    const last = cuts.at(-1)
    if (last?.offset === pes.offset) return
    const quietTicks = ticks - Math.max(pictureTicks, last?.ticks ?? Number.NEGATIVE_INFINITY)
    if (isBreak || pes.isKey || quietTicks >= SOUND_TICKS) cuts.push({ offset: pes.offset, ticks, isBreak })
  }

  function summarise(): KeyframeIndex {
    const start = timeline.startTicks()
    let highest = 0
    const ticks = cuts.map((cut) => {
      highest = Math.max(highest, cut.ticks - start)
      return highest
    })
    return {
      sizeBytes,
      durationSeconds: (timeline.endTicks(scanner.lastAudio()) - start) / TICKS_PER_SECOND,
      offsets: cuts.map((cut) => cut.offset),
      ticks,
      breaks: cuts.flatMap((cut, at) => (cut.isBreak ? [at] : [])),
    }
  }
}
