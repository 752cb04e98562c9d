import { Stack, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { DoneProvider } from '../access/done.tsx'
import type { Reader } from '../frame/reader.ts'
import { Shell } from '../frame/shell.tsx'
import { LogNav, type LogPath } from './log-nav.tsx'

type Props = {
  readonly reader: Reader
  readonly title: string
  /** The page it is, or belongs to. */
  readonly here: LogPath
  /** Off on the log itself, which has the box for a session ID in its filter, and its name as a tab right above. */
  readonly search?: boolean
  readonly children: ReactNode
}

/** The frame of the pages of the log: where one is, and what was done just now. */
export function LogPage({ reader, title, here, search = true, children }: Props) {
  return (
    <Shell reader={reader} section="log" search={search}>
      <DoneProvider>
        <Stack gap="sm">
          <LogNav here={here} />
          <Title order={1} {...(!search && { className: 'visually-hidden' })}>
            {title}
          </Title>
          {children}
        </Stack>
      </DoneProvider>
    </Shell>
  )
}
