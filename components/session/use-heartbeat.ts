import { useEffect, useRef } from 'react'
import { type Problem, parseProblem } from '../frame/asking.ts'
import { NOTHING_PLAYED, noteBreak, notePlaying, type PlayedSeconds } from './played-seconds.ts'
import { closeViewing, endsViewing, type Progress, sendParting, sendProgress } from './viewing-client.ts'

const BEAT_MS = 3000
/**
 * The picture shows on the word of a beat that was sent at most so long ago: whatever ended the viewing, it is gone
 * within five seconds, however long the portal takes to answer.
 */
const WORD_HOLDS_MS = 4800

type Heartbeat = {
  readonly video: HTMLVideoElement | null
  readonly viewingId: string
  /** The viewing has ended: nothing more may be shown. */
  readonly onRefused: (problem: Problem) => void
  /** Nobody has said of late that the picture may be shown; false when somebody does again. */
  readonly onUnsure: (isUnsure: boolean) => void
  /** The last beat was not heard, which ends nothing yet; null when one is again. */
  readonly onTrouble: (problem: Problem | null) => void
  /** When the viewing must end, as the portal knows it now: a grant may be given, and others end sooner. */
  readonly onExpires: (at: Date) => void
}

/**
 * Keeps a viewing alive, paused too, and says what was played of it. Leaving the page or the player ends the viewing;
 * what was played last is said before.
 */
export function useHeartbeat({
  video,
  viewingId,
  onRefused,
  onUnsure,
  onTrouble,
  onExpires,
}: Heartbeat): void {
  const played = useRef<PlayedSeconds>(NOTHING_PLAYED)
  const told = useRef({ onRefused, onUnsure, onTrouble, onExpires })
  told.current = { onRefused, onUnsure, onTrouble, onExpires }
  /** Where the player last was: by the time it is left, its picture is gone. */
  const position = useRef(0)
  const putOff = useRef<ReturnType<typeof setTimeout>>(undefined)

  useEffect(() => {
    if (video === null) return
    const note = (): void => {
      position.current = video.currentTime
      const seen = { position: video.currentTime, atMs: performance.now(), rate: video.playbackRate }
      played.current =
        video.paused || video.seeking ? noteBreak(played.current) : notePlaying(played.current, seen)
    }
    const pause = (): void => {
      if (!video.seeking)
        played.current = notePlaying(played.current, {
          position: video.currentTime,
          atMs: performance.now(),
          rate: video.playbackRate,
        })
      played.current = noteBreak(played.current)
    }
    const jump = (): void => {
      played.current = noteBreak(played.current)
    }
    const listeners = { timeupdate: note, playing: note, pause, ended: pause, seeking: jump, seeked: note }
    for (const [name, listener] of Object.entries(listeners)) video.addEventListener(name, listener)
    return () => {
      for (const [name, listener] of Object.entries(listeners)) video.removeEventListener(name, listener)
    }
  }, [video])

  useEffect(() => {
    if (video === null) return
    clearTimeout(putOff.current)
    let isOver = false
    let unanswered: Progress | null = null
    let next: ReturnType<typeof setTimeout>
    const doubt = (): void => {
      if (!isOver) told.current.onUnsure(true)
    }
    let doubting = setTimeout(doubt, WORD_HOLDS_MS)
    const trust = (sentMs: number): void => {
      clearTimeout(doubting)
      doubting = setTimeout(doubt, Math.max(0, sentMs + WORD_HOLDS_MS - performance.now()))
      told.current.onUnsure(false)
    }
    const leaving = new AbortController()
    const take = (): Progress => {
      const { ranges, last } = played.current
      played.current = { ranges: [], last }
      return {
        positionSeconds: Math.max(0, position.current),
        played: ranges,
        rate: video.paused ? 0 : video.playbackRate,
        visible: document.visibilityState === 'visible',
      }
    }
    const giveBack = ({ played: unsaid }: Progress): void => {
      played.current = { ...played.current, ranges: [...unsaid, ...played.current.ranges] }
    }
    const beat = async (): Promise<void> => {
      if (unanswered !== null || isOver) return
      clearTimeout(next)
      const sentMs = performance.now()
      const progress = take()
      unanswered = progress
      const answer = await sendProgress(viewingId, progress, leaving.signal)
      unanswered = null
      if (isOver) return
      // Where the answer was slow, the next is asked for at once: the picture waits for it.
      next = setTimeout(() => void beat(), Math.max(0, sentMs + BEAT_MS - performance.now()))
      told.current.onTrouble(answer.ok ? null : answer.problem)
      if (answer.ok) {
        trust(sentMs)
        if (answer.value.expiresAt !== null) told.current.onExpires(answer.value.expiresAt)
        return
      }
      giveBack(progress)
      if (!endsViewing(answer.problem)) return
      isOver = true
      told.current.onRefused(answer.problem)
    }
    const leave = (): void => {
      if (isOver) return
      isOver = true
      // What it says may come too late: it is said again, and what is said twice counts once.
      if (unanswered !== null) giveBack(unanswered)
      leaving.abort()
      const progress = take()
      if (progress.played.length > 0) void sendParting(viewingId, progress)
      else void closeViewing(viewingId)
    }
    next = setTimeout(() => void beat(), BEAT_MS)
    // A hidden tab's timers are slow; coming back, it asks at once whether it may still show anything.
    const onVisible = (): void => void (document.visibilityState === 'visible' && beat())
    // A browser may keep a page that was left and show it again as it was; its viewing has ended.
    const onShown = ({ persisted }: PageTransitionEvent): void => {
      if (persisted && isOver) told.current.onRefused(parseProblem(410, null))
    }
    document.addEventListener('visibilitychange', onVisible)
    window.addEventListener('pagehide', leave)
    window.addEventListener('pageshow', onShown)
    return () => {
      clearTimeout(next)
      clearTimeout(doubting)
      document.removeEventListener('visibilitychange', onVisible)
      window.removeEventListener('pagehide', leave)
      window.removeEventListener('pageshow', onShown)
      // Put off: in development React mounts everything twice.
      putOff.current = setTimeout(leave, 0)
    }
  }, [video, viewingId])
}
