import { Text } from '@mantine/core'
import { IconMicrophone } from '@tabler/icons-react'
import { formatDuration } from '../times.ts'
import classes from './over-picture.module.css'
import { WallClock } from './wall-clock.tsx'

/** Stands where a picture would be, so that nobody takes sound alone for a fault. */
export function AudioPlate({ startsAt, positionSeconds }: { startsAt: Date; positionSeconds: number }) {
  return (
    <div className={classes.plate}>
      <IconMicrophone size={44} stroke={1.4} aria-hidden />
      <Text size="lg" fw={600}>
        Sound only
      </Text>
      <Text size="sm">This recording has no picture.</Text>
      <Text size="xl" className="tabular" aria-hidden>
        {formatDuration(positionSeconds)}
      </Text>
      <Text size="sm" className="tabular" aria-hidden>
        <WallClock startsAt={startsAt} positionSeconds={positionSeconds} />
      </Text>
    </div>
  )
}
