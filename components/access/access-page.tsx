import { Group, Stack, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Reader } from '../frame/reader.ts'
import { Shell } from '../frame/shell.tsx'
import { AccessNav, type AccessPath } from './access-nav.tsx'
import { DoneProvider } from './done.tsx'

type Props = {
  readonly reader: Reader
  readonly title: string
  /** The page it is, or belongs to; null for somebody who manages no access and is led nowhere else. */
  readonly here: AccessPath | null
  /** What can be done on the whole page. */
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** The frame of the pages on access: where one is, what can be done, and what was done just now. */
export function AccessPage({ reader, title, here, actions, children }: Props) {
  return (
    <Shell reader={reader} section="access">
      <DoneProvider>
        <Stack gap="sm">
          {here !== null && <AccessNav here={here} />}
          <Group justify="space-between" gap="xs">
            <Title order={1} className="breakable">
              {title}
            </Title>
            {actions}
          </Group>
          {children}
        </Stack>
      </DoneProvider>
    </Shell>
  )
}
