'use client'

import { Button, Group, Stack, Text } from '@mantine/core'
import { IconDownload, IconLock, IconPlayerPlayFilled, IconPlayerStop } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import type { ArchiveView } from '../../lib/archives/archive-row.ts'
import { ERROR_CODES } from '../../lib/errors.ts'
import { AskButton } from '../access/ask-button.tsx'
import type { Offer } from '../access/asking-for.ts'
import { Moment } from '../frame/moment.tsx'
import { Plate } from '../frame/plate.tsx'
import { formatDuration } from '../times.ts'
import { hasFile, splitDetail } from '../words.ts'
import classes from './stage-plates.module.css'

type PlayProps = {
  readonly archive: ArchiveView
  /** `Archive 2 of 3`; null where there is only one. */
  readonly place: string | null
  readonly fromSeconds: number
  /** What may be asked for, where this may not be played. */
  readonly offers: readonly Offer[]
  readonly onPlay: () => void
  /** Null where it may not be downloaded. */
  readonly onDownload: (() => void) | null
}

/** Before anything plays: what it is and what can be done with it. */
export function PlayPlate({ archive, place, fromSeconds, offers, onPlay, onDownload }: PlayProps) {
  const { playable, mayPlay, code } = archive
  if (code === 'archive-restricted') {
    return (
      <Plate
        title="This recording is restricted"
        icon={<IconLock size={26} stroke={1.5} aria-hidden />}
        actions={<AskButton offers={offers} />}
        footnote={code}
      >
        Access to its project does not open it: only access to this very recording, or to its session by name,
        does. Ask for it, and say why and for how long.
      </Plate>
    )
  }
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
        actions={
          <>
            <AskButton offers={offers} />
            {onDownload !== null && <DownloadButton onDownload={onDownload} />}
          </>
        }
      >
        No grant that lets you play it is in force. Ask for access, and say why and for how long.
      </Plate>
    )
  }
  return (
    <Stack className={classes.stage} align="center" justify="center" gap="xs">
      <Group gap="xs" justify="center">
        <Button
          size="md"
          leftSection={<IconPlayerPlayFilled size={16} aria-hidden />}
          onClick={onPlay}
          autoFocus
        >
          {fromSeconds > 0 ? `Play from ${formatDuration(fromSeconds)}` : 'Play'}
        </Button>
        {onDownload !== null && <DownloadButton onDownload={onDownload} />}
      </Group>
      {archive.restricted && (
        <span className="tag" data-tone="warn">
          restricted: your access names it
        </span>
      )}
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

function DownloadButton({ onDownload }: { onDownload: () => void }) {
  return (
    <Button
      size="md"
      variant="default"
      leftSection={<IconDownload size={16} aria-hidden />}
      onClick={onDownload}
    >
      Download
    </Button>
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
