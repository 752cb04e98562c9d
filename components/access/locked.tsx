import { Text } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import classes from './locked.module.css'

/** Of a grant that is not of one project. */
export const FOR_ALL = 'For a region or a unit: an administrator of all projects decides it.'

/** Stands where a button would, and says why there is none. */
export function Locked({ children }: { children: string }) {
  return (
    <Text component="div" size="xs" c="dimmed" className={classes.locked}>
      <IconLock size={14} stroke={1.6} aria-hidden />
      <span>{children}</span>
    </Text>
  )
}
