'use client'

import { Button, Stack, Text } from '@mantine/core'
import { IconLock, IconPlayerPlayFilled, IconPlayerStop } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import type { ArchiveView } from '../../lib/archives/archive-row.ts'
import { ERROR_CODES } from '../../lib/errors.ts'
import { footnoteOf, type Problem } from '../frame/asking.ts'
import { LinkButton } from '../frame/link.tsx'
import { Moment } from '../frame/moment.tsx'
import { Plate } from '../frame/plate.tsx'
import { formatDuration } from '../times.ts'
import { hasFile, splitDetail } from '../words.ts'
import classes from './stage-plates.module.css'
import { useFocusWhenLost } from './use-focus.ts'

type PlayProps = {
  readonly archive: ArchiveView
  /** `Archive 2 of 3`; null where there is only one. */
  readonly place: string | null
  readonly mayPlay: boolean
  readonly fromSeconds: number
  readonly onPlay: () => void
}

/** Before anything plays: what it is and what can be done with it. */
export function PlayPlate({ archive, place, mayPlay, fromSeconds, onPlay }: PlayProps) {
  const { playable, code } = archive
  if (!playable && code !== null) {
    const { title, advice } = splitDetail(ERROR_CODES[code][1], code)
    // What was found at the last opening may have been mended since.
    const isWorthATry = mayPlay && hasFile(archive) && code !== 'archive-individual'
    return (
      <Plate
        title={title}
        icon={<IconPlayerStop size={26} stroke={1.5} aria-hidden />}
        actions={
          isWorthATry && (
            <Button variant="default" onClick={onPlay}>
              Try to open it again
            </Button>
          )
        }
        footnote={code}
      >
        {advice}
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
        {place !== null && `${place} · `}
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
      <Text>Opening the recording</Text>
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
  const root = useRef<HTMLDivElement>(null)
  useFocusWhenLost(root)
  const { code, detail, status } = problem
  const { title, advice } = status === 401 ? SIGNED_OUT : splitDetail(detail, code)
  return (
    <div ref={root} role="alert" tabIndex={-1} className={classes.stopped}>
      <Plate
        title={title}
        icon={<IconPlayerStop size={26} stroke={1.5} aria-hidden />}
        actions={
          status === 401 ? (
            <LinkButton href={signInPath}>Sign in and come back to {formatDuration(atSeconds)}</LinkButton>
          ) : (
            // What the archive itself stands in the way of is seldom mended by asking again.
            <Button variant={status === 404 || status === 409 ? 'default' : 'filled'} onClick={onAgain}>
              {atSeconds > 0 ? `Open again at ${formatDuration(atSeconds)}` : 'Try again'}
            </Button>
          )
        }
        footnote={footnoteOf(problem)}
      >
        {advice}
      </Plate>
    </div>
  )
}

const SIGNED_OUT = {
  title: 'Your sign-in has ended',
  advice: 'Sign in again: you come back to the same second.',
}
