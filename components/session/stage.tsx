'use client'

import dynamic from 'next/dynamic'
import { type ReactNode, useRef } from 'react'
import type { ArchiveView } from '../../lib/archives/archive-row.ts'
import type { SessionView } from '../../lib/archives/session-view.ts'
import type { Offer } from '../access/asking-for.ts'
import { EndsSoon } from './ends-soon.tsx'
import { findWhatEnds } from './find-what-ends.ts'
import { PlayerHead } from './player-head.tsx'
import { OpeningPlate, PlayPlate } from './stage-plates.tsx'
import { StoppedPlate } from './stopped-plate.tsx'
import type { Room, Viewer } from './use-room.ts'

const RecordingPlayer = dynamic(
  () => import('../recording-player.tsx').then((module) => module.RecordingPlayer),
  {
    ssr: false,
    loading: () => <OpeningPlate since={null} />,
  },
)

type Props = {
  readonly session: SessionView
  readonly viewer: Viewer
  readonly room: Room
  readonly selected: ArchiveView
  readonly offers: readonly Offer[]
  /** Where a sign-in leads back to. */
  readonly here: string
  readonly stepUpButton: ReactNode
  readonly onDownload: (() => void) | null
  readonly onAskForMore: () => void
  readonly onCopyMoment: (seconds: number) => void
  readonly onSheet: () => void
}

/** Where the picture is: the player, or what stands in its place. */
export function Stage(props: Props) {
  const { session, viewer, room, selected, offers, here, stepUpButton } = props
  const { onDownload, onAskForMore, onCopyMoment, onSheet } = props
  const { state, opened, endsAt, given, asked, startAt, place } = room
  const isAskedWhy = asked?.purpose === 'play'
  const speed = useRef(1)
  return (
    <>
      {given !== null && opened !== null && (
        <PlayerHead
          given={given}
          place={place}
          label={session.reasons.find(({ code }) => code === given.reasonCode)?.label ?? given.reasonCode}
        />
      )}
      {endsAt !== null && (
        <EndsSoon
          at={endsAt}
          what={findWhatEnds(endsAt, { accessAt: selected.playUntil, signInAt: viewer.signInEndsAt })}
          offers={offers}
          onAsk={onAskForMore}
        />
      )}
      {opened !== null && (
        <RecordingPlayer
          key={opened.viewingId}
          viewing={opened}
          startsAt={selected.createdAt}
          hasVideo={selected.hasVideo}
          fromSeconds={Math.min(startAt, Math.max(0, opened.durationSeconds - 0.5))}
          speed={speed}
          viewerName={viewer.name}
          onPosition={room.setPosition}
          onEnded={room.playOn}
          onStopped={room.onStopped}
          onExpires={room.onExpires}
          onCopyMoment={onCopyMoment}
          onSheet={onSheet}
        />
      )}
      {state.kind === 'opening' && !isAskedWhy && <OpeningPlate since={state.since} />}
      {state.kind === 'stopped' && !isAskedWhy && (
        <StoppedPlate
          problem={state.problem}
          atSeconds={startAt}
          signInPath={`/sign-in?${new URLSearchParams({ callbackUrl: here })}`}
          offers={state.problem.status === 403 || isPast(selected.playUntil) ? offers : null}
          stepUp={{ withinSeconds: session.maxAuthAgeSeconds, button: stepUpButton }}
          onAgain={() => room.begin(selected)}
        />
      )}
      {(state.kind === 'closed' || isAskedWhy) && (
        <PlayPlate
          archive={selected}
          place={place}
          fromSeconds={startAt}
          offers={offers}
          onPlay={() => room.begin(selected)}
          onDownload={onDownload}
        />
      )}
      <div role="status" className="visually-hidden">
        {state.kind === 'opening' && 'Opening the recording'}
        {opened !== null && (place === null ? 'Playing' : `${place} is playing`)}
      </div>
    </>
  )
}

function isPast(end: Date | null): boolean {
  return end !== null && end.getTime() <= Date.now()
}
