import { Text } from '@mantine/core'
import type { Added } from './added.ts'
import { ShownOnce } from './shown-once.tsx'

/** What a webhook signs with, for its receiver to keep. */
export function SecretShown({
  added: { secret, isWaiting },
  onClose,
}: {
  added: Added
  onClose: () => void
}) {
  return (
    <ShownOnce secret={secret} name="Secret" onClose={onClose}>
      {isWaiting && (
        <Text size="sm" className="notice">
          The project has four eyes: nothing is sent before a second administrator has approved it.
        </Text>
      )}
      {secret !== null && (
        <Text size="sm">
          What is sent is signed with this secret. Its receiver needs it to tell that an event comes from
          here. It is shown now and never again: whoever loses it removes the webhook and adds another.
        </Text>
      )}
    </ShownOnce>
  )
}
