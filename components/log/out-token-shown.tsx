import { Text } from '@mantine/core'
import { ShownOnce } from '../projects/shown-once.tsx'

/** A token, for whoever made it to hand on. */
export function OutTokenShown({ token, onClose }: { token: string; onClose: () => void }) {
  return (
    <ShownOnce secret={token} name="Token" onClose={onClose}>
      <Text size="sm">
        The program sends it as <code>Authorization: Bearer</code>. It is shown now and never again: whoever
        loses it ends it and makes another.
      </Text>
    </ShownOnce>
  )
}
