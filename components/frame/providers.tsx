'use client'

import { MantineProvider } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Zone } from '../../lib/zone.ts'
import { RequestIdProvider } from './request-id.tsx'
import { ShortcutsProvider } from './shortcuts.tsx'
import { theme } from './theme.ts'
import { ZoneProvider } from './zone.tsx'

type Props = { readonly zone: Zone; readonly requestId: string | null; readonly children: ReactNode }

export function Providers({ zone, requestId, children }: Props) {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <RequestIdProvider requestId={requestId}>
        <ZoneProvider initial={zone}>
          <ShortcutsProvider>{children}</ShortcutsProvider>
        </ZoneProvider>
      </RequestIdProvider>
    </MantineProvider>
  )
}
