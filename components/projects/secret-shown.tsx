'use client'

import { Button, Code, Group, Stack, Text } from '@mantine/core'
import { IconCopy } from '@tabler/icons-react'
import { useCopying } from '../session/use-copying.ts'
import type { Added } from './added.ts'

/** What a webhook signs with: shown once, for its receiver to keep. */
export function SecretShown({
  added: { secret, isWaiting },
  onClose,
}: {
  added: Added
  onClose: () => void
}) {
  const { said, copy } = useCopying()
  return (
    <Stack gap="sm">
      {isWaiting && (
        <Text size="sm" className="notice">
          The project has four eyes: nothing is sent before a second administrator has approved it.
        </Text>
      )}
      {secret !== null && (
        <>
          <Text size="sm">
            What is sent is signed with this secret. Its receiver needs it to tell that an event comes from
            here. It is shown now and never again: whoever loses it removes the webhook and adds another.
          </Text>
          <Code block className="breakable" data-testid="secret" style={{ whiteSpace: 'pre-wrap' }}>
            {secret}
          </Code>
        </>
      )}
      <Text size="sm" role="status" mih="1.4em" className="breakable">
        {said === secret ? 'It could not be copied by itself: select and copy it.' : said}
      </Text>
      <Group justify="flex-end" gap="xs">
        {secret !== null && (
          <Button
            leftSection={<IconCopy size={14} aria-hidden />}
            data-autofocus
            onClick={() => void copy(secret, 'Secret')}
          >
            Copy
          </Button>
        )}
        <Button variant="default" onClick={onClose}>
          Done
        </Button>
      </Group>
    </Stack>
  )
}
