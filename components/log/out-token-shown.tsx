'use client'

import { Button, Code, Group, Stack, Text } from '@mantine/core'
import { IconCopy } from '@tabler/icons-react'
import { useCopying } from '../session/use-copying.ts'

/** A token, for whoever made it to hand on: shown once. */
export function OutTokenShown({ token, onClose }: { token: string; onClose: () => void }) {
  const { said, copy } = useCopying()
  return (
    <Stack gap="sm">
      <Text size="sm">
        The program sends it as <code>Authorization: Bearer</code>. It is shown now and never again: whoever
        loses it ends it and makes another.
      </Text>
      <Code block className="breakable" data-testid="token" style={{ whiteSpace: 'pre-wrap' }}>
        {token}
      </Code>
      <Text size="sm" role="status" mih="1.4em" className="breakable">
        {said === token ? 'It could not be copied by itself: select and copy it.' : said}
      </Text>
      <Group justify="flex-end" gap="xs">
        <Button
          leftSection={<IconCopy size={14} aria-hidden />}
          data-autofocus
          onClick={() => void copy(token, 'Token')}
        >
          Copy
        </Button>
        <Button variant="default" onClick={onClose}>
          Done
        </Button>
      </Group>
    </Stack>
  )
}
