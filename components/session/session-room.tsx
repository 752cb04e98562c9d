'use client'

import { Box, Stack, Tabs, TabsList, TabsPanel, TabsTab, Text } from '@mantine/core'
import { useState } from 'react'
import type { SessionView } from '../../lib/archives/session-view.ts'
import { AskDialog } from '../access/ask-dialog.tsx'
import { useOpenRequests } from '../access/open-requests.tsx'
import { sessionPath } from '../frame/session-path.ts'
import { count } from '../words.ts'
import { cite, citeMoment } from './citation.ts'
import { ClockLine } from './clock-line.tsx'
import { Facts } from './facts.tsx'
import { KeySheet } from './key-sheet.tsx'
import { offersOf } from './offers.ts'
import { ReasonDialog } from './reason-dialog.tsx'
import { Seen } from './seen.tsx'
import classes from './session-room.module.css'
import { Stage } from './stage.tsx'
import type { StepUp } from './step-up.ts'
import { StepUpButton } from './step-up-button.tsx'
import { useCopying } from './use-copying.ts'
import { useRoom, type Viewer } from './use-room.ts'

type Props = {
  readonly session: SessionView
  readonly viewer: Viewer
  /** From the address: where to begin. */
  readonly archiveId: string | null
  readonly fromSeconds: number
}

/** One session: its archives on the clock, the player, and what is known. */
export function SessionRoom({ session, viewer, ...start }: Props) {
  const { sessionId, project, reasons, maxAuthAgeSeconds } = session
  const room = useRoom(session, viewer, start)
  const { archives, selected, opened, asked, position, startAt, state, download } = room
  const { add } = useOpenRequests()
  const [asksForMore, setAsksForMore] = useState(false)
  const [showsSheet, setShowsSheet] = useState(false)
  const { said, copy, clear } = useCopying()

  const offers = selected === null ? [] : offersOf(session, selected, room.place)
  const here = sessionPath(sessionId, selected?.archiveId, opened === null ? startAt : (position ?? startAt))
  const stepUpButton = (goOn: StepUp) => (
    <StepUpButton goOn={goOn} here={here} maxAuthAgeSeconds={maxAuthAgeSeconds}>
      Sign in and come back
    </StepUpButton>
  )
  const onDownload =
    selected?.playable === true && selected.downloadUntil !== null
      ? () => {
          clear()
          room.askToDownload(selected)
        }
      : null
  const copyMoment = (archive: NonNullable<typeof selected>, at: number): void => {
    const address = `${window.location.origin}${sessionPath(sessionId, archive.archiveId, at)}`
    void copy(citeMoment(archive.createdAt, at, address), 'Moment')
  }

  return (
    <Stack gap="sm">
      <ClockLine
        archives={archives}
        selectedId={selected?.archiveId ?? null}
        positionSeconds={opened === null ? null : position}
        onSelect={(id) => {
          clear()
          room.select(id)
        }}
      />
      <div className={classes.room}>
        <Box className={classes.stage}>
          {selected !== null && (
            <Stage
              {...{ session, viewer, room, selected, offers, here, onDownload }}
              stepUpButton={stepUpButton({ purpose: 'play', archiveId: selected.archiveId })}
              onAskForMore={() => setAsksForMore(true)}
              onCopyMoment={(at) => copyMoment(selected, at)}
              onSheet={() => setShowsSheet(true)}
            />
          )}
          <Text size="sm" role="status" mt={4} className="breakable" mih="1.4em">
            {said}
            {said === '' && download.doneId !== null && download.doneId === selected?.archiveId && FETCHED}
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
      {asked !== null && (
        <ReasonDialog
          key={asked.purpose}
          purpose={asked.purpose}
          reasons={reasons}
          remembered={asked.remembered}
          isOpening={asked.purpose === 'play' ? state.kind === 'opening' : download.isOpening}
          problem={
            asked.purpose === 'download' ? download.problem : state.kind === 'stopped' ? state.problem : null
          }
          remedy={
            asked.purpose === 'download' &&
            download.problem?.code === 'step-up-required' &&
            stepUpButton({ purpose: 'download', archiveId: asked.archive.archiveId })
          }
          onGive={(reason) => room.give(asked, reason)}
          onCancel={room.cancel}
        />
      )}
      {asksForMore && (
        <AskDialog
          offers={offers}
          onCancel={() => setAsksForMore(false)}
          onSent={(request) => {
            setAsksForMore(false)
            add(request)
          }}
        />
      )}
      {showsSheet && <KeySheet onClose={() => setShowsSheet(false)} />}
    </Stack>
  )
}

const FETCHED = 'The browser fetches the file. It goes on by itself while this page is left.'
