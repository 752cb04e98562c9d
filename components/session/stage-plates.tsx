'use client'

import { Button, Stack, Text } from '@mantine/core'
import { IconLock, IconPlayerPlayFilled, IconPlayerStop } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import type { ArchiveView } from '../../lib/archives/archive-row.ts'
import { ERROR_CODES } from '../../lib/errors.ts'
import { LinkButton } from '../frame/link.tsx'
import { Moment } from '../frame/moment.tsx'
import { Plate } from '../frame/plate.tsx'
import { formatDuration } from '../times.ts'
import { ERROR_WORDS } from '../words.ts'
import classes from './stage-plates.module.css'
import type { Problem } from './viewing-client.ts'

type PlayProps = {
  readonly archive: ArchiveView
  readonly number: number
  readonly total: number
  readonly mayPlay: boolean
  readonly fromSeconds: number
  readonly onPlay: () => void
}

/** Before anything plays: what it is and what can be done with it. */
export function PlayPlate({ archive, number, total, mayPlay, fromSeconds, onPlay }: PlayProps) {
  const { playable, code, status } = archive
  if (!playable && code !== null) {
    // What was found at the last opening may have been mended since.
    const hasFile =
      mayPlay && (status === 'uploaded' || status === 'available') && code !== 'archive-individual'
    return (
      <Plate
        title={ERROR_CODES[code][1]}
        icon={<IconPlayerStop size={26} stroke={1.5} aria-hidden />}
        actions={
          hasFile && (
            <Button variant="default" onClick={onPlay}>
              Try to open it again
            </Button>
          )
        }
        footnote={code}
      >
        {ERROR_WORDS[code].next}
      </Plate>
    )
  }
  if (!mayPlay) {
    return (
      <Plate
        title="You may find this recording, but not play it"
        icon={<IconLock size={26} stroke={1.5} aria-hidden />}
      >
        No grant that lets you play recordings of this project is in force. Ask an administrator of the portal
        for it, and say why and for how long.
      </Plate>
    )
  }
  return (
    <Stack className={classes.stage} align="center" justify="center" gap="xs">
      <Button
        size="md"
        leftSection={<IconPlayerPlayFilled size={16} aria-hidden />}
        onClick={onPlay}
        autoFocus
      >
        {fromSeconds > 0 ? `Play from ${formatDuration(fromSeconds)}` : 'Play'}
      </Button>
      <Text size="sm" c="dimmed" component="div" ta="center">
        {total > 1 && `Archive ${number} of ${total} · `}
        <Moment at={archive.createdAt} />
        {archive.durationSeconds !== null && ` · ${formatDuration(archive.durationSeconds)}`}
      </Text>
      <Text size="sm" c="dimmed" ta="center">
        You will be asked why. Opening and playing are put on record.
      </Text>
    </Stack>
  )
}

/** While the recording is found, its key unwrapped and its beginning read. */
export function OpeningPlate({ since }: { since: number | null }) {
  const [now, setNow] = useState(since ?? 0)
  useEffect(() => {
    if (since === null) return
    const timer = setInterval(() => setNow(Date.now()), 500)
    return () => clearInterval(timer)
  }, [since])
  const seconds = since === null ? 0 : Math.floor((now - since) / 1000)
  return (
    <Stack className={classes.stage} align="center" justify="center" gap={4}>
      <Text role="status">Opening the recording</Text>
      {seconds >= 1 && (
        <Text size="sm" c="dimmed" className="tabular" aria-hidden>
          {seconds} s
        </Text>
      )}
    </Stack>
  )
}

type StoppedProps = {
  readonly problem: Problem
  readonly atSeconds: number
  readonly signInPath: string
  readonly onAgain: () => void
}

/** The picture is gone, and this stands in its place: why, and what to do. */
export function StoppedPlate({ problem, atSeconds, signInPath, onAgain }: StoppedProps) {
  const { code, detail, status, requestId } = problem
  const isSignedOut = status === 401
  const again = atSeconds > 0 ? `Open again at ${formatDuration(atSeconds)}` : 'Try again'
  return (
    <div role="alert">
      <Plate
        title={isSignedOut ? 'Your sign-in has ended' : detail}
        icon={<IconPlayerStop size={26} stroke={1.5} aria-hidden />}
        actions={
          isSignedOut ? (
            <LinkButton href={signInPath}>Sign in and come back to {formatDuration(atSeconds)}</LinkButton>
          ) : (
            <Button onClick={onAgain}>{again}</Button>
          )
        }
        footnote={[code, requestId].filter((text) => text !== null).join(' · ')}
      >
        {isSignedOut ? `${detail} You come back to the same second.` : ERROR_WORDS[code].next}
      </Plate>
    </div>
  )
}
