'use client'

import { Button, Group, NativeSelect, Text } from '@mantine/core'
import { IconCopy, IconKeyboard } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import type { Problem } from '../frame/asking.ts'
import { formatDuration } from '../times.ts'
import { SPEEDS } from './player-keys.ts'
import classes from './player-readout.module.css'
import { WallClock } from './wall-clock.tsx'

type Props = {
  readonly video: HTMLVideoElement | null
  readonly startsAt: Date
  readonly positionSeconds: number
  readonly durationSeconds: number
  readonly trouble: Problem | null
  readonly onCopyMoment: () => void
  readonly onSheet: () => void
}

/** Offset and time of day side by side, the speed, and the moment to take along. */
export function PlayerReadout({
  video,
  startsAt,
  positionSeconds,
  durationSeconds,
  trouble,
  onCopyMoment,
  onSheet,
}: Props) {
  return (
    <div className={classes.readout}>
      <div role="status" className={classes.trouble}>
        {trouble !== null && sayTrouble(trouble)}
      </div>
      <Group gap="sm">
        <Text size="sm" className="tabular nowrap" data-testid="offset">
          {formatDuration(positionSeconds)} / {formatDuration(durationSeconds)}
        </Text>
        <Text size="sm" c="dimmed" component="div">
          <WallClock startsAt={startsAt} positionSeconds={positionSeconds} />
        </Text>
        <Group gap={6} ml="auto">
          <Speed video={video} />
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconCopy size={14} aria-hidden />}
            onClick={onCopyMoment}
          >
            Copy the moment
          </Button>
          <Button size="compact-sm" variant="default" onClick={onSheet} aria-label="Keys of the player">
            <IconKeyboard size={16} aria-hidden />
          </Button>
        </Group>
      </Group>
    </div>
  )
}

function sayTrouble({ status }: Problem): string {
  return status === 0
    ? 'Connection lost; trying again'
    : 'The portal cannot go on at the moment; trying again'
}

function Speed({ video }: { video: HTMLVideoElement | null }) {
  const [rate, setRate] = useState(1)
  useEffect(() => {
    if (video === null) return
    const note = (): void => setRate(video.playbackRate)
    // A rate set before the recording comes is not told: loading drops what events are still waiting.
    const events = ['ratechange', 'loadedmetadata']
    for (const name of events) video.addEventListener(name, note)
    return () => {
      for (const name of events) video.removeEventListener(name, note)
    }
  }, [video])
  return (
    <NativeSelect
      size="xs"
      aria-label="Speed"
      value={String(rate)}
      data={SPEEDS.map((speed) => ({ value: String(speed), label: `${speed}×` }))}
      onChange={({ currentTarget }) => {
        if (video !== null) video.playbackRate = Number(currentTarget.value)
      }}
    />
  )
}
