import { useEffect } from 'react'

/** Holds a recording still while it is covered; one that was playing then goes on by itself. */
export function useCover(video: HTMLVideoElement | null, isCovered: boolean): void {
  useEffect(() => {
    if (video === null || !isCovered) return
    const wasPlaying = !video.paused
    const hold = (): void => video.pause()
    hold()
    video.addEventListener('play', hold)
    // A window of its own shows the last picture, which nothing covers.
    if (document.pictureInPictureElement === video) document.exitPictureInPicture().catch(() => {})
    return () => {
      video.removeEventListener('play', hold)
      if (wasPlaying && video.isConnected) video.play().catch(() => {})
    }
  }, [video, isCovered])
}
