import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { ArchiveView } from '../../lib/archives/archive-row.ts'
import type { SessionView } from '../../lib/archives/session-view.ts'
import type { Problem } from '../frame/asking.ts'
import { sessionPath } from '../frame/session-path.ts'
import { mayBeMended } from './learn.ts'
import {
  findRememberedReason,
  type GivenReason,
  type RememberedReason,
  rememberReason,
} from './remembered-reason.ts'
import { takeStepUp } from './step-up.ts'
import { type Download, useDownload } from './use-download.ts'
import { type OpeningState, useOpening } from './use-opening.ts'
import type { OpenViewing } from './viewing-client.ts'

export type Viewer = { readonly personId: string; readonly name: string; readonly signInEndsAt: Date }

/** Why is asked of one archive: another may have come to be selected by the time it is said. */
export type Asked = {
  readonly purpose: 'play' | 'download'
  readonly archive: ArchiveView
  readonly remembered: RememberedReason | null
}

type Start = { readonly archiveId: string | null; readonly fromSeconds: number }
type Ending = { readonly viewingId: string; readonly at: Date }

export type Room = {
  readonly archives: readonly ArchiveView[]
  readonly selected: ArchiveView | null
  /** `Archive 2 of 3`; null where there is only one. */
  readonly place: string | null
  readonly state: OpeningState
  /** What plays, if it is of the one selected. */
  readonly opened: OpenViewing | null
  /** When it must end, as far as is known. */
  readonly endsAt: Date | null
  readonly given: GivenReason | null
  readonly asked: Asked | null
  readonly startAt: number
  readonly position: number | null
  readonly download: Download
  readonly select: (archiveId: string) => void
  /** Plays, or asks why before it does. */
  readonly begin: (archive: ArchiveView) => void
  /** Into the next one that plays. */
  readonly playOn: () => void
  readonly askToDownload: (archive: ArchiveView) => void
  /** Why what was asked about is opened, or downloaded. */
  readonly give: (asked: Asked, reason: GivenReason) => void
  readonly cancel: () => void
  readonly setPosition: (seconds: number) => void
  readonly onStopped: (problem: Problem, atSeconds: number) => void
  readonly onExpires: (viewingId: string, at: Date) => void
}

/** What happens on the page of a session: what is selected, asked, played and downloaded. */
export function useRoom(session: SessionView, viewer: Viewer, start: Start): Room {
  const { sessionId, project } = session
  const { state, learnt, open, stop, close } = useOpening()
  const archives = useMemo(
    () => session.archives.map((archive) => ({ ...archive, ...learnt.get(archive.archiveId) })),
    [session.archives, learnt],
  )
  const [selectedId, setSelectedId] = useState(() => firstOf(archives, start.archiveId)?.archiveId ?? null)
  const [startAt, setStartAt] = useState(start.fromSeconds)
  const [position, setPosition] = useState<number | null>(null)
  const [given, setGiven] = useState<GivenReason | null>(null)
  const [asked, setAsked] = useState<Asked | null>(null)
  const [ending, setEnding] = useState<Ending | null>(null)
  const download = useDownload()

  const selected = archives.find((archive) => archive.archiveId === selectedId) ?? null
  const number = selected === null ? 0 : archives.indexOf(selected) + 1
  const opened = state.kind === 'open' && state.archiveId === selectedId ? state.viewing : null
  const remember = (reason: GivenReason): void => rememberReason(reason, viewer.personId, project.id)
  const recall = (): RememberedReason | null => findRememberedReason(viewer.personId, project.id)

  const show = (archive: ArchiveView): void => {
    setSelectedId(archive.archiveId)
    setStartAt(0)
    setPosition(null)
    window.history.replaceState(null, '', sessionPath(sessionId, archive.archiveId))
  }
  const play = async (archive: ArchiveView, reason: GivenReason, at: number): Promise<void> => {
    setStartAt(at)
    const outcome = await open(archive.archiveId, reason)
    if (outcome === 'overtaken' || (outcome !== 'open' && mayBeMended(outcome))) return
    setAsked(null)
    if (outcome !== 'open' && outcome.code !== 'step-up-required') return
    setGiven(reason)
    remember(reason)
  }
  const ask = (archive: ArchiveView): void => {
    close()
    setAsked({ purpose: 'play', archive, remembered: recall() })
  }
  const askToDownload = (archive: ArchiveView, remembered: RememberedReason | null): void => {
    download.clear()
    setAsked({ purpose: 'download', archive, remembered })
  }
  const fetchWhole = async (archive: ArchiveView, reason: GivenReason): Promise<void> => {
    // A sign-in that is asked for on the way must not cost what was said.
    remember(reason)
    if (await download.download(archive.archiveId, reason)) setAsked(null)
  }
  const goOn = (): void => {
    const stepUp = takeStepUp()
    if (stepUp === null || selected === null || stepUp.archiveId !== selected.archiveId) return
    const remembered = recall()
    if (stepUp.purpose === 'download') askToDownload(selected, remembered)
    else if (remembered === null) ask(selected)
    else void play(selected, remembered, startAt)
  }
  const goOnOnce = useRef(goOn)
  useEffect(() => goOnOnce.current(), [])

  return {
    ...{ archives, selected, state, opened, given, asked, startAt, position, download, setPosition },
    place: archives.length > 1 ? `Archive ${number} of ${archives.length}` : null,
    endsAt: opened === null ? null : ending?.viewingId === opened.viewingId ? ending.at : opened.expiresAt,
    select: (id) => {
      const archive = archives.find((each) => each.archiveId === id)
      if (archive === undefined || id === selectedId) return
      show(archive)
      if (given !== null && isOpenTo(archive)) void play(archive, given, 0)
      else close()
    },
    begin: (archive) => {
      if (given === null) ask(archive)
      else void play(archive, given, startAt)
    },
    playOn: () => {
      const index = archives.findIndex((archive) => archive.archiveId === selectedId)
      const next = archives.slice(index + 1).find(isOpenTo)
      if (next === undefined || given === null) return
      show(next)
      void play(next, given, 0)
    },
    askToDownload: (archive) => askToDownload(archive, null),
    give: ({ purpose, archive }, reason) =>
      void (purpose === 'play' ? play(archive, reason, startAt) : fetchWhole(archive, reason)),
    cancel: () => {
      setAsked(null)
      if (asked?.purpose === 'play') close()
    },
    onExpires: useCallback((viewingId, at) => setEnding({ viewingId, at }), []),
    onStopped: useCallback(
      (problem, at) => {
        setStartAt(at)
        stop(problem)
      },
      [stop],
    ),
  }
}

function isOpenTo({ playable, mayPlay }: ArchiveView): boolean {
  return playable && mayPlay
}

/** The one the address names, else the first that plays, else the first. */
function firstOf(archives: readonly ArchiveView[], archiveId: string | null): ArchiveView | undefined {
  return archives.find((archive) => archive.archiveId === archiveId) ?? archives.find(isOpenTo) ?? archives[0]
}
