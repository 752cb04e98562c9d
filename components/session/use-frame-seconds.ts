import { type RefObject, useEffect, useRef } from 'react'

/** What calls are mostly recorded with: 25 pictures a second. */
const USUAL_FRAME_SECONDS = 0.04
const LONGEST_FRAME_SECONDS = 0.2

/** How long one picture lasts, as seen while it plays. */
export function useFrameSeconds(video: HTMLVideoElement | null): RefObject<number> {
  const frameSeconds = useRef(USUAL_FRAME_SECONDS)
  useEffect(() => {
    if (video === null || !('requestVideoFrameCallback' in video)) return
    let last: { mediaTime: number; presentedFrames: number } | null = null
    let handle = 0
    const note: VideoFrameRequestCallback = (_now, { mediaTime, presentedFrames }) => {
      const frames = last === null ? 0 : presentedFrames - last.presentedFrames
      const length = last === null || frames === 0 ? 0 : (mediaTime - last.mediaTime) / frames
      if (length > 0.005 && length < LONGEST_FRAME_SECONDS) frameSeconds.current = length
      last = { mediaTime, presentedFrames }
      handle = video.requestVideoFrameCallback(note)
    }
    handle = video.requestVideoFrameCallback(note)
    return () => video.cancelVideoFrameCallback(handle)
  }, [video])
  return frameSeconds
}
