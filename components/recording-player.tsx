'use client'

import {
  MediaController,
  MediaFullscreenButton,
  MediaLoadingIndicator,
  MediaMuteButton,
  MediaPipButton,
  MediaPlayButton,
  MediaSeekBackwardButton,
  MediaSeekForwardButton,
  MediaTimeDisplay,
  MediaTimeRange,
  MediaVolumeRange,
} from 'media-chrome/react'
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import { type Problem, parseProblem } from './frame/asking.ts'
import classes from './recording-player.module.css'
import { attachFile } from './session/attach-file.ts'
import { AudioPlate } from './session/audio-plate.tsx'
import { CoverPlate } from './session/cover-plate.tsx'
import { PlayerReadout } from './session/player-readout.tsx'
import { useCover } from './session/use-cover.ts'
import { useFocusWhenLost } from './session/use-focus.ts'
import { useFrameSeconds } from './session/use-frame-seconds.ts'
import { useHeartbeat } from './session/use-heartbeat.ts'
import { usePlayerKeys } from './session/use-player-keys.ts'
import { useUnstuckSeeks } from './session/use-unstuck-seeks.ts'
import { endsViewing, type OpenViewing, unplayable } from './session/viewing-client.ts'
import { Watermark } from './session/watermark.tsx'

type Props = {
  readonly viewing: OpenViewing
  readonly startsAt: Date
  /** Null: nobody has said; the picture will show. */
  readonly hasVideo: boolean | null
  readonly fromSeconds: number
  /** Kept from one recording to the next. */
  readonly speed: RefObject<number>
  /** Drifts over the picture. */
  readonly viewerName: string
  readonly onPosition: (seconds: number) => void
  readonly onEnded: () => void
  /** Nothing more may be shown, or can be: by then the picture is gone. */
  readonly onStopped: (problem: Problem, atSeconds: number) => void
  /** When it must end, as the portal says with each heartbeat. */
  readonly onExpires: (viewingId: string, at: Date) => void
  readonly onCopyMoment: (seconds: number) => void
  readonly onSheet: () => void
}

/** Plays one viewing. Mounted anew for each; leaving ends it. */
export function RecordingPlayer(props: Props) {
  const { viewing, startsAt, hasVideo, fromSeconds, speed, viewerName } = props
  const { onPosition, onEnded, onStopped, onExpires, onCopyMoment, onSheet } = props
  const root = useRef<HTMLDivElement>(null)
  const [video, setVideo] = useState<HTMLVideoElement | null>(null)
  const [position, setPosition] = useState(fromSeconds)
  const [isPictureless, setPictureless] = useState(hasVideo === false)
  const [trouble, setTrouble] = useState<Problem | null>(null)
  const [isUnsure, setUnsure] = useState(false)
  const detach = useRef<() => void>(() => {})

  const stop = useCallback(
    (problem: Problem) => {
      const at = video?.currentTime ?? fromSeconds
      video?.pause()
      detach.current()
      onStopped(problem, at)
    },
    [video, fromSeconds, onStopped],
  )

  useEffect(() => {
    if (video === null) return
    let isGone = false
    let letGo = (): void => {}
    detach.current = () => {
      isGone = true
      letGo()
      empty(video)
    }
    attach(video, { viewing, fromSeconds }, stop).then(
      (release) => {
        letGo = release
        if (isGone) release()
      },
      // The part of the page that reads transport streams did not come.
      () => isGone || stop(parseProblem(0, null)),
    )
    return () => detach.current()
  }, [video, viewing, fromSeconds, stop])

  useEffect(() => {
    if (video === null) return
    video.defaultPlaybackRate = speed.current
    video.playbackRate = speed.current
  }, [video, speed])

  useFocusWhenLost(root)
  useHeartbeat({
    ...{ video, viewingId: viewing.viewingId },
    onExpires: (at) => onExpires(viewing.viewingId, at),
    ...{ onRefused: stop, onUnsure: setUnsure, onTrouble: setTrouble },
  })
  useCover(video, isUnsure)
  useUnstuckSeeks(video)
  const frameSeconds = useFrameSeconds(video)
  usePlayerKeys({ root, video, frameSeconds, onCopyMoment, onSheet })

  const note = (): void => {
    if (video === null) return
    setPosition(video.currentTime)
    onPosition(video.currentTime)
  }

  return (
    <div ref={root} className={classes.player} data-testid="player" tabIndex={-1}>
      <MediaController id="recording" noHotkeys noAutohide className={classes.controller}>
        {/* biome-ignore lint/a11y/useMediaCaption: nobody has written down what was said */}
        <video
          ref={setVideo}
          slot="media"
          playsInline
          autoPlay
          preload="auto"
          disableRemotePlayback
          aria-label="Recording"
          onTimeUpdate={note}
          onSeeking={note}
          onSeeked={note}
          onEnded={onEnded}
          onRateChange={({ currentTarget }) => {
            speed.current = currentTarget.playbackRate
          }}
          onLoadedData={({ currentTarget }) => setPictureless(currentTarget.videoWidth === 0)}
          onContextMenu={(event) => event.preventDefault()}
        />
        {isPictureless && <AudioPlate startsAt={startsAt} positionSeconds={position} />}
        {isUnsure && <CoverPlate />}
        <MediaLoadingIndicator slot="centered-chrome" noAutohide />
        <Watermark name={viewerName} />
        <div className={classes.fullscreenBar}>
          <Controls />
        </div>
      </MediaController>
      <div className={classes.bar}>
        <Controls of="recording" />
      </div>
      <PlayerReadout
        video={video}
        startsAt={startsAt}
        positionSeconds={position}
        durationSeconds={viewing.durationSeconds}
        trouble={trouble}
        onCopyMoment={() => onCopyMoment(position)}
        onSheet={onSheet}
      />
    </div>
  )
}

/** The same controls under the picture and, in full screen, over it. */
function Controls({ of }: { of?: string }) {
  const link = of === undefined ? {} : { mediaController: of }
  return (
    <>
      <MediaPlayButton {...link} />
      <MediaSeekBackwardButton seekOffset={10} {...link} />
      <MediaSeekForwardButton seekOffset={10} {...link} />
      <MediaTimeRange {...link} />
      {of === undefined && <MediaTimeDisplay showDuration />}
      <MediaMuteButton {...link} />
      <MediaVolumeRange {...link} className={classes.volume} />
      <MediaPipButton {...link} />
      <MediaFullscreenButton {...link} />
    </>
  )
}

/** At most this many seconds lie ahead, so that what was served stays near what was seen. */
const AHEAD_SECONDS = 15
const BEHIND_SECONDS = 10

/**
 * The server asks its store again by itself: what it refuses so often in a row is told, within seconds. Where it does not
 * answer at all, the line may come back, and the library's own patience stands.
 */
const MAX_REFUSALS = 4

/** Puts a viewing into a video element; answers what lets go of it again. */
async function attach(
  video: HTMLVideoElement,
  start: { readonly viewing: OpenViewing; readonly fromSeconds: number },
  onFault: (problem: Problem) => void,
): Promise<() => void> {
  const { viewing, fromSeconds } = start
  if (viewing.media === 'file') return attachFile(video, start, onFault)
  const { default: Hls } = await import('hls.js/light')
  // A browser's own HLS holds as much ahead as it likes: it is taken where there is no other.
  if (!Hls.isSupported()) return attachFile(video, start, onFault)
  const hls = new Hls({
    startPosition: 0,
    maxBufferLength: AHEAD_SECONDS,
    maxMaxBufferLength: AHEAD_SECONDS,
    backBufferLength: BEHIND_SECONDS,
    enableWorker: false,
  })
  // The library takes the first timestamp it meets for the beginning of the segment it is in. That holds exactly for the
  // first segment alone, so the clock is set by that one, wherever the viewer wants to begin.
  hls.once(Hls.Events.FRAG_BUFFERED, () => {
    if (fromSeconds > 0) video.currentTime = fromSeconds
  })
  let hasRecovered = false
  let refusals = 0
  hls.on(Hls.Events.FRAG_LOADED, () => {
    refusals = 0
  })
  hls.on(Hls.Events.ERROR, (_event, { fatal, type, response, networkDetails }) => {
    const problem = parseProblem(response?.code ?? 0, readBody(networkDetails))
    if (problem.status >= 500) refusals += 1
    if (endsViewing(problem) || refusals >= MAX_REFUSALS) onFault(problem)
    else if (fatal && type === Hls.ErrorTypes.MEDIA_ERROR && !hasRecovered) {
      hasRecovered = true
      hls.recoverMediaError()
    } else if (fatal) onFault(type === Hls.ErrorTypes.NETWORK_ERROR ? problem : unplayable())
  })
  hls.loadSource(viewing.href)
  hls.attachMedia(video)
  return () => hls.destroy()
}

function empty(video: HTMLVideoElement): void {
  video.pause()
  video.removeAttribute('src')
  video.load()
}

/** The problem+json that a refused request was answered with. */
function readBody(details: unknown): unknown {
  if (!(details instanceof XMLHttpRequest)) return null
  try {
    const { response } = details
    const text = response instanceof ArrayBuffer ? new TextDecoder().decode(response) : details.responseText
    return JSON.parse(text)
  } catch {
    return null
  }
}
