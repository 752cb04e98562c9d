import { Text } from '@mantine/core'
import type { ReactNode } from 'react'

/** A line of its own under what it belongs to: small, and in the background. */
export function Dim({ children }: { children: ReactNode }) {
  return (
    <Text component="div" size="xs" c="dimmed" className="breakable">
      {children}
    </Text>
  )
}
