'use client'

import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { AddWebhookDialog } from './add-webhook-dialog.tsx'

type Props = {
  /** By name. */
  readonly projects: readonly string[]
  readonly isForAll: boolean
}

export function AddWebhook(props: Props) {
  const [isAdding, setAdding] = useState(false)
  return (
    <>
      <Button size="xs" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setAdding(true)}>
        Add a webhook
      </Button>
      {isAdding && <AddWebhookDialog {...props} onClose={() => setAdding(false)} />}
    </>
  )
}
