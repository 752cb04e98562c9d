'use client'

import { Box, Stack, Tabs, TabsList, TabsPanel, TabsTab, Text } from '@mantine/core'
import dynamic from 'next/dynamic'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { ArchiveView } from '../../lib/archives/archive-row.ts'
import type { SessionView } from '../../lib/archives/session-view.ts'
import type { Problem } from '../frame/asking.ts'
import { sessionPath } from '../frame/session-path.ts'
import { count } from '../words.ts'
import { cite, citeMoment } from './citation.ts'
import { ClockLine } from './clock-line.tsx'
import { EndsSoon } from './ends-soon.tsx'
import { Facts } from './facts.tsx'
import { findWhatEnds } from './find-what-ends.ts'
import { KeySheet } from './key-sheet.tsx'
import { mayBeMended } from './learn.ts'
import { offersOf } from './offers.ts'
import { PlayerHead } from './player-head.tsx'
import { ReasonDialog } from './reason-dialog.tsx'
import {
  findRememberedReason,
  type GivenReason,
  type RememberedReason,
  rememberReason,
} from './remembered-reason.ts'
import { Seen } from './seen.tsx'
import classes from './session-room.module.css'
import { OpeningPlate, PlayPlate, StoppedPlate } from './stage-plates.tsx'
import { takeStepUp } from './step-up.ts'
import { StepUpButton } from './step-up-button.tsx'
import { useCopying } from './use-copying.ts'
import { useDownload } from './use-download.ts'
import { useOpening } from './use-opening.ts'

const RecordingPlayer = dynamic(
  () => import('../recording-player.tsx').then((module) => module.RecordingPlayer),
  {
    ssr: false,
    loading: () => <OpeningPlate since={null} />,
  },
)

type Props = {
  readonly session: SessionView
  readonly viewer: { readonly personId: string; readonly name: string; readonly signInEndsAt: Date }
  /** From the address: where to begin. */
  readonly archiveId: string | null
  readonly fromSeconds: number
}

type Purpose = 'play' | 'download'
type Asked = { readonly purpose: Purpose; readonly remembered: RememberedReason | null }
type Ending = { readonly viewingId: string; readonly at: Date }

/** One session: its archives on the clock, the player, and what is known. */
export function SessionRoom({ session, viewer, archiveId, fromSeconds }: Props) {
  const { sessionId, project, reasons } = session
  const { state, learnt, open, stop, close } = useOpening()
  const archives = useMemo(
    () => session.archives.map((archive) => ({ ...archive, ...learnt.get(archive.archiveId) })),
    [session.archives, learnt],
  )
  const [selectedId, setSelectedId] = useState(() => firstOf(archives, archiveId)?.archiveId ?? null)
  const [startAt, setStartAt] = useState(fromSeconds)
  const [position, setPosition] = useState<number | null>(null)
  const [given, setGiven] = useState<GivenReason | null>(null)
  const [asked, setAsked] = useState<Asked | null>(null)
  const [ending, setEnding] = useState<Ending | null>(null)
  const [showsSheet, setShowsSheet] = useState(false)
  const { said, copy, clear } = useCopying()
  const { isOpening, problem: refusal, download, clear: clearRefusal } = useDownload()
  const [downloaded, setDownloaded] = useState<string | null>(null)
  const speed = useRef(1)

  const selected = archives.find((archive) => archive.archiveId === selectedId) ?? null
  const number = selected === null ? 0 : archives.indexOf(selected) + 1
  const place = archives.length > 1 ? `Archive ${number} of ${archives.length}` : null
  const opened = state.kind === 'open' && state.archiveId === selectedId ? state.viewing : null

  const show = (archive: ArchiveView, at: number): void => {
    setSelectedId(archive.archiveId)
    setStartAt(at)
    setPosition(null)
    clear()
    window.history.replaceState(null, '', sessionPath(sessionId, archive.archiveId))
  }
  const play = async (archive: ArchiveView, reason: GivenReason, at: number): Promise<void> => {
    setStartAt(at)
    const outcome = await open(archive.archiveId, reason)
    if (outcome === 'overtaken' || (outcome !== 'open' && mayBeMended(outcome))) return
    setAsked(null)
    if (outcome !== 'open' && outcome.code !== 'step-up-required') return
    setGiven(reason)
    rememberReason(reason, viewer.personId, project.id)
  }
  const ask = (at: number): void => {
    close()
    setStartAt(at)
    setAsked({ purpose: 'play', remembered: findRememberedReason(viewer.personId, project.id) })
  }
  const askToDownload = (remembered: RememberedReason | null): void => {
    clearRefusal()
    setDownloaded(null)
    setAsked({ purpose: 'download', remembered })
  }
  const fetchWhole = async (archive: ArchiveView, reason: GivenReason): Promise<void> => {
    // A sign-in that is asked for on the way must not cost what was said.
    rememberReason(reason, viewer.personId, project.id)
    if (!(await download(archive.archiveId, reason))) return
    setAsked(null)
    setDownloaded(archive.archiveId)
  }
  const begin = (archive: ArchiveView, at: number): void => {
    if (given === null) ask(at)
    else void play(archive, given, at)
  }
  const select = (id: string): void => {
    const archive = archives.find((each) => each.archiveId === id)
    if (archive === undefined || id === selectedId) return
    show(archive, 0)
    if (given !== null && archive.playable && archive.mayPlay) void play(archive, given, 0)
    else close()
  }
  const playOn = (): void => {
    const index = archives.findIndex((archive) => archive.archiveId === selectedId)
    const next = archives.slice(index + 1).find((archive) => archive.playable && archive.mayPlay)
    if (next === undefined || given === null) return
    show(next, 0)
    void play(next, given, 0)
  }
  const goOn = (): void => {
    const stepUp = takeStepUp()
    const archive = archives.find((each) => each.archiveId === stepUp?.archiveId)
    const remembered = findRememberedReason(viewer.personId, project.id)
    if (stepUp === null || archive === undefined || archive.archiveId !== selectedId) return
    if (stepUp.purpose === 'download') askToDownload(remembered)
    else if (remembered === null) ask(startAt)
    else void play(archive, remembered, startAt)
  }
  const goOnLater = useRef(goOn)
  goOnLater.current = goOn
  useEffect(() => goOnLater.current(), [])

  const onExpires = useCallback((viewingId: string, at: Date) => setEnding({ viewingId, at }), [])
  const onStopped = useCallback(
    (problem: Problem, at: number) => {
      setStartAt(at)
      stop(problem)
    },
    [stop],
  )

  const here = ({ archiveId: id }: ArchiveView): string =>
    sessionPath(sessionId, id, opened === null ? startAt : (position ?? startAt))
  const stepUpButton = (purpose: Purpose, archive: ArchiveView) => (
    <StepUpButton
      goOn={{ archiveId: archive.archiveId, purpose }}
      here={here(archive)}
      maxAuthAgeSeconds={session.maxAuthAgeSeconds}
    >
      Sign in and come back
    </StepUpButton>
  )
  const endsAt =
    opened === null ? null : ending?.viewingId === opened.viewingId ? ending.at : opened.expiresAt
  const offers = selected === null ? [] : offersOf(session, selected, place)
  const onDownload =
    selected?.playable === true && selected.downloadUntil !== null ? () => askToDownload(null) : null

  return (
    <Stack gap="sm">
      <ClockLine
        archives={archives}
        selectedId={selectedId}
        positionSeconds={opened === null ? null : position}
        onSelect={select}
      />
      <div className={classes.room}>
        <Box className={classes.stage}>
          {given !== null && opened !== null && (
            <PlayerHead
              given={given}
              place={place}
              label={reasons.find(({ code }) => code === given.reasonCode)?.label ?? given.reasonCode}
            />
          )}
          {opened !== null && endsAt !== null && (
            <EndsSoon
              at={endsAt}
              offers={offers}
              what={findWhatEnds(endsAt, {
                accessAt: selected?.playUntil ?? null,
                signInAt: viewer.signInEndsAt,
              })}
            />
          )}
          {selected !== null && opened !== null && (
            <RecordingPlayer
              key={opened.viewingId}
              viewing={opened}
              startsAt={selected.createdAt}
              hasVideo={selected.hasVideo}
              fromSeconds={Math.min(startAt, Math.max(0, opened.durationSeconds - 0.5))}
              speed={speed}
              viewerName={viewer.name}
              onPosition={setPosition}
              onEnded={playOn}
              onStopped={onStopped}
              onExpires={onExpires}
              onCopyMoment={(at) =>
                void copy(
                  citeMoment(
                    selected.createdAt,
                    at,
                    `${window.location.origin}${sessionPath(sessionId, selected.archiveId, at)}`,
                  ),
                  'Moment',
                )
              }
              onSheet={() => setShowsSheet(true)}
            />
          )}
          {state.kind === 'opening' && asked?.purpose !== 'play' && <OpeningPlate since={state.since} />}
          {selected !== null && state.kind === 'stopped' && asked?.purpose !== 'play' && (
            <StoppedPlate
              problem={state.problem}
              atSeconds={startAt}
              signInPath={`/sign-in?${new URLSearchParams({ callbackUrl: here(selected) })}`}
              offers={state.problem.status === 403 || isPast(selected.playUntil) ? offers : null}
              stepUp={{ withinSeconds: session.maxAuthAgeSeconds, button: stepUpButton('play', selected) }}
              onAgain={() => begin(selected, startAt)}
            />
          )}
          {selected !== null && (state.kind === 'closed' || asked?.purpose === 'play') && (
            <PlayPlate
              archive={selected}
              place={place}
              fromSeconds={startAt}
              offers={offers}
              onPlay={() => begin(selected, startAt)}
              onDownload={onDownload}
            />
          )}
          <div role="status" className="visually-hidden">
            {state.kind === 'opening' && 'Opening the recording'}
            {opened !== null && (place === null ? 'Playing' : `${place} is playing`)}
          </div>
          <Text size="sm" role="status" mt={4} className="breakable" mih="1.4em">
            {said}
            {said === '' &&
              downloaded === selectedId &&
              downloaded !== null &&
              'The browser fetches the file. It goes on by itself while this page is left.'}
          </Text>
        </Box>
        {selected !== null && (
          <Tabs defaultValue="facts" className={classes.side} keepMounted={false}>
            <TabsList>
              <TabsTab value="facts">Facts</TabsTab>
              <TabsTab value="seen">Who has seen this</TabsTab>
            </TabsList>
            <TabsPanel value="facts" pt="xs">
              <Facts
                session={session}
                archive={selected}
                onCopy={() => void copy(cite({ ...selected, sessionId, project: project.name }), 'Citation')}
                onDownload={onDownload}
              />
            </TabsPanel>
            <TabsPanel value="seen" pt="xs">
              <Seen seen={selected.seen} />
            </TabsPanel>
          </Tabs>
        )}
      </div>
      <Text size="xs" c="dimmed">
        {archives.length === 1 ? 'One archive' : count(archives.length, 'archive')}. Your name and the time
        drift over the picture: that deters from filming the screen, and does no more.
      </Text>
      {asked !== null && selected !== null && (
        <ReasonDialog
          reasons={reasons}
          purpose={asked.purpose}
          remembered={asked.remembered}
          {...(asked.purpose === 'play'
            ? {
                isOpening: state.kind === 'opening',
                problem: state.kind === 'stopped' ? state.problem : null,
                onGive: (reason: GivenReason) => void play(selected, reason, startAt),
              }
            : {
                isOpening,
                problem: refusal,
                remedy: refusal?.code === 'step-up-required' && stepUpButton('download', selected),
                onGive: (reason: GivenReason) => void fetchWhole(selected, reason),
              })}
          onCancel={() => {
            setAsked(null)
            if (asked.purpose === 'play') close()
          }}
        />
      )}
      {showsSheet && <KeySheet onClose={() => setShowsSheet(false)} />}
    </Stack>
  )
}

function isPast(end: Date | null): boolean {
  return end !== null && end.getTime() <= Date.now()
}

/** The one the address names, else the first that plays, else the first. */
function firstOf(archives: readonly ArchiveView[], archiveId: string | null): ArchiveView | undefined {
  return (
    archives.find((archive) => archive.archiveId === archiveId) ??
    archives.find((archive) => archive.playable && archive.mayPlay) ??
    archives[0]
  )
}
