import { Text } from '@mantine/core'
import { IconHourglass } from '@tabler/icons-react'
import classes from './over-picture.module.css'

/** Stands over the picture while nobody has said that it may be shown. */
export function CoverPlate() {
  return (
    <div className={classes.plate} data-testid="cover">
      <IconHourglass size={44} stroke={1.4} aria-hidden />
      <Text size="lg" fw={600}>
        Waiting for the portal
      </Text>
      <Text size="sm" ta="center" px="md">
        It has not said of late that you may go on watching. The picture comes back as soon as it does.
      </Text>
    </div>
  )
}
