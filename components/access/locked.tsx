import { Text } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import classes from './locked.module.css'

/** Of what reaches more than the projects somebody manages. */
export const FOR_ALL = 'Reaches several projects: an administrator of all of them decides it.'

/** Stands where a button would, and says why there is none. */
export function Locked({ children }: { children: string }) {
  return (
    <Text component="div" size="xs" c="dimmed" className={classes.locked}>
      <IconLock size={14} stroke={1.6} aria-hidden />
      <span>{children}</span>
    </Text>
  )
}
