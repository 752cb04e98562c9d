import { Group, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './section.module.css'

type Props = {
  /** Names the part for those who hear it; unique on its page. */
  readonly id: string
  readonly title: string
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** A part of a page under a heading of its own. */
export function Section({ id, title, actions, children }: Props) {
  return (
    <section aria-labelledby={id} className={classes.section}>
      <Group justify="space-between" gap="xs">
        <Title order={2} id={id}>
          {title}
        </Title>
        {actions}
      </Group>
      {children}
    </section>
  )
}

/** Stands where a list would that has nothing in it. */
export function Empty({ children }: { children: ReactNode }) {
  return (
    <Text size="sm" c="dimmed">
      {children}
    </Text>
  )
}
