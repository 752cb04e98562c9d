import { useEffect } from 'react'
import { type Buffered, planEnd, planNudge } from './nudge.ts'

const LOOK_MS = 150
const MAX_NUDGES = 5

/** Looks after seeks that would hang, paused ones above all, and those to the very end: see planNudge and planEnd. */
export function useUnstuckSeeks(video: HTMLVideoElement | null): void {
  useEffect(() => {
    if (video === null) return
    let timer: ReturnType<typeof setInterval> | undefined
    let nudges = 0
    const rest = (): void => {
      clearInterval(timer)
      timer = undefined
      nudges = 0
    }
    const look = (): void => {
      const target = video.seeking ? planNudge(video.currentTime, bufferedOf(video), video.duration) : null
      if (target === null || nudges >= MAX_NUDGES) return
      nudges += 1
      video.currentTime = target
    }
    const watch = (): void => {
      const end = planEnd(video.currentTime, video.duration)
      if (end !== null && end !== video.currentTime) video.currentTime = end
      timer ??= setInterval(look, LOOK_MS)
    }
    video.addEventListener('seeking', watch)
    video.addEventListener('seeked', rest)
    video.addEventListener('emptied', rest)
    return () => {
      rest()
      video.removeEventListener('seeking', watch)
      video.removeEventListener('seeked', rest)
      video.removeEventListener('emptied', rest)
    }
  }, [video])
}

function bufferedOf({ buffered }: HTMLVideoElement): Buffered {
  return Array.from(
    { length: buffered.length },
    (_, index) => [buffered.start(index), buffered.end(index)] as const,
  )
}
