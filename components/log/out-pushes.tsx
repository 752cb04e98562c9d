'use client'

import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import type { Exportable } from '../../lib/audit/out/list-exportable.ts'
import type { PushLine } from '../../lib/webhooks/log/list-pushes.ts'
import { OutPush } from './out-push.tsx'
import { OutPushDialog } from './out-push-dialog.tsx'

/** Where the log is pushed to. */
export function OutPushes({ pushes, exportable }: { pushes: readonly PushLine[]; exportable: Exportable }) {
  const [isAdding, setAdding] = useState(false)
  return (
    <section aria-labelledby="pushes">
      <Stack gap="sm">
        <Group justify="space-between" gap="xs">
          <Title order={2} id="pushes">
            Pushed to
          </Title>
          <Button size="xs" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setAdding(true)}>
            Push the log
          </Button>
        </Group>
        {pushes.length === 0 ? (
          <Text size="sm" c="dimmed">
            Nowhere. A program that takes webhooks can be sent the log as it is sealed.
          </Text>
        ) : (
          pushes.map((push) => <OutPush key={push.id} push={push} />)
        )}
      </Stack>
      {isAdding && <OutPushDialog {...exportable} onClose={() => setAdding(false)} />}
    </section>
  )
}
