import { findSoundEnd } from './audio-frames.ts'
import { MAX_FRAME_TICKS, TICKS_PER_SECOND, ticksBetween, ticksSince } from './clock.ts'
import type { Pes } from './pes-scanner.ts'

/** A frame’s time, in ticks of 90 kHz since the first one placed, and whether timestamps begin anew with it. */
export type Placed = { readonly ticks: number; readonly isBreak: boolean }

export interface Timeline {
  /** Takes frames in the order of their bytes; `lastAudio` is the payload of the sound before this one. */
  place(pes: Pes, lastAudio: Uint8Array): Placed
  /** When the earlier of the tracks begins: 0, or a little before the first frame placed. */
  startTicks(): number
  /** When what was placed so far ends. */
  endTicks(lastAudio: Uint8Array): number
}

/** Within one clock decoding times only rise; less than this is an encoder’s jitter. */
const MIN_FALL_TICKS = TICKS_PER_SECOND / 4

type Clock = { readonly startPts: number; readonly startTicks: number }

/**
 * Lays the frames of a stream on one clock. A jump forward is a pause and stays one. Where timestamps fall back, as in a
 * recording put together of several, the new ones go on from where the old ones ended; both tracks fall, one after the
 * other, and that is one break.
 */
export function createTimeline(): Timeline {
  const tracks = new Map<Pes['track'], { readonly clock: Clock; readonly dts: number }>()
  let current: Clock | null = null
  let start = 0
  let lastFrame = 0
  let frameBefore = 0
  let lastSound = 0
  let soundBefore = 0
  return { place, startTicks: () => start, endTicks }

  function place(pes: Pes, lastAudio: Uint8Array): Placed {
    const known = tracks.get(pes.track)
    const falls = known !== undefined && ticksBetween(known.dts, pes.dts) < -MIN_FALL_TICKS
    const isBreak = falls && known.clock === current
    if (current === null || isBreak) current = { startPts: pes.pts, startTicks: endTicks(lastAudio) }
    // A track that has not fallen yet goes on by the clock it has.
    const clock = known && !falls ? known.clock : current
    tracks.set(pes.track, { clock, dts: pes.dts })
    const ticks = clock.startTicks + ticksSince(clock.startPts, pes.pts)
    if (!known) start = Math.min(start, ticks)
    if (pes.track === 'audio') [lastSound, soundBefore] = [ticks, lastSound]
    else keepFrame(ticks)
    return { ticks, isBreak }
  }

  function keepFrame(ticks: number): void {
    if (ticks > lastFrame) {
      frameBefore = lastFrame
      lastFrame = ticks
    } else if (ticks > frameBefore && ticks < lastFrame) frameBefore = ticks
  }

  function endTicks(lastAudio: Uint8Array): number {
    const frameEnd = lastFrame + Math.min(lastFrame - frameBefore, MAX_FRAME_TICKS)
    return Math.max(frameEnd, findSoundEnd(lastSound, soundBefore, lastAudio))
  }
}
