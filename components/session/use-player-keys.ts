import { type RefObject, useEffect, useRef } from 'react'
import { isTyping, useShortcuts } from '../frame/shortcuts.tsx'
import { type PlayerCommand, planCommand, stepSpeed } from './player-keys.ts'

type Keys = {
  readonly root: RefObject<HTMLElement | null>
  readonly video: HTMLVideoElement | null
  readonly frameSeconds: RefObject<number>
  readonly onCopyMoment: (seconds: number) => void
  readonly onSheet: () => void
}

/** The player's keys: anywhere on the page or, with single-key shortcuts off, within the player alone. */
export function usePlayerKeys({ root, video, frameSeconds, onCopyMoment, onSheet }: Keys): void {
  const { enabled } = useShortcuts()
  const given = useRef({ onCopyMoment, onSheet })
  given.current = { onCopyMoment, onSheet }
  useEffect(() => {
    if (video === null) return
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || isTyping(event.target) || isTakenByControl(event)) return
      if (!enabled && !isWithin(root.current, event.target)) return
      const command = planCommand(event)
      if (command === null) return
      event.preventDefault()
      perform(command)
    }
    const perform = (command: PlayerCommand): void => {
      if (command.kind === 'copy-moment') given.current.onCopyMoment(video.currentTime)
      else if (command.kind === 'sheet') given.current.onSheet()
      else performOn(video, command, frameSeconds.current)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [root, video, frameSeconds, enabled])
}

function performOn(video: HTMLVideoElement, command: PlayerCommand, frameSeconds: number): void {
  switch (command.kind) {
    case 'toggle':
      if (video.paused) attempt(video.play())
      else video.pause()
      return
    case 'seek':
      seek(video, video.currentTime + command.bySeconds)
      return
    case 'tenth':
      seek(video, (video.duration * command.tenth) / 10)
      return
    case 'frame':
      video.pause()
      seek(video, video.currentTime + command.step * frameSeconds)
      return
    case 'speed':
      video.playbackRate = stepSpeed(video.playbackRate, command.step)
      return
    case 'mute':
      video.muted = !video.muted
      return
    case 'fullscreen':
      attempt(toggleFullscreen(video))
      return
    case 'picture-in-picture':
      attempt(togglePictureInPicture(video))
      return
  }
}

/** What a browser declines stays as it is: full screen on a telephone, a picture where there is sound alone. */
function attempt(change: Promise<void>): void {
  change.catch(() => {})
}

function seek(video: HTMLVideoElement, to: number): void {
  if (Number.isFinite(to) && Number.isFinite(video.duration)) {
    video.currentTime = Math.min(Math.max(0, to), video.duration)
  }
}

async function toggleFullscreen(video: HTMLVideoElement): Promise<void> {
  if (document.fullscreenElement !== null) return document.exitFullscreen()
  await video.closest('media-controller')?.requestFullscreen()
}

async function togglePictureInPicture(video: HTMLVideoElement): Promise<void> {
  if (!document.pictureInPictureEnabled) return
  if (document.pictureInPictureElement !== null) return document.exitPictureInPicture()
  await video.requestPictureInPicture()
}

function isWithin(root: HTMLElement | null, target: EventTarget | null): boolean {
  return target instanceof Node && root?.contains(target) === true
}

/** Space presses the button that has the focus; arrows move the slider or the tab that has it. */
function isTakenByControl({ key, target }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false
  if (key === ' ')
    return target.matches(
      'button, a[href], summary, [role="tab"], media-play-button, media-mute-button, media-pip-button, media-fullscreen-button, media-seek-backward-button, media-seek-forward-button',
    )
  return (
    key.startsWith('Arrow') &&
    target.matches('[role="tab"], [role="menuitem"], media-time-range, media-volume-range')
  )
}
