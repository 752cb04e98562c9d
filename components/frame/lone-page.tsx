import { Box, Group, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { Logo } from './logo.tsx'

/** A page without the side bar: nobody is known to be there. */
export function LonePage({ children }: { children: ReactNode }) {
  return (
    <Box className="lone-page">
      <Group gap={8} mb="lg" component="header">
        <Logo size={28} />
        <Text fw={600} size="lg">
          Recordroom
        </Text>
      </Group>
      <main id="content">{children}</main>
    </Box>
  )
}
