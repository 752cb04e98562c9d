'use client'

import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { type Change, useChange } from '../access/use-change.ts'
import { Refused } from '../frame/refused.tsx'
import { useFocusGivenBack } from '../session/use-focus.ts'

type Props = {
  readonly title: string
  /** What is done, as its button says it. */
  readonly verb: string
  /** What will happen. */
  readonly children: ReactNode
  readonly change: Change
  readonly onClose: () => void
}

/** Asks once more before something is removed or ended. Mounted while it is asked. */
export function RemoveDialog({ title, verb, children, change, onClose }: Props) {
  useFocusGivenBack()
  const { isSending, problem, send } = useChange()
  const remove = async (): Promise<void> => {
    if (await send(change)) onClose()
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size="md"
      // A dialog's heading is no banner of the page.
      attributes={{ header: { role: 'none' } }}
      closeButtonProps={{ 'aria-label': 'Cancel' }}
    >
      <Stack gap="sm">
        <Text component="div" size="sm" className="breakable">
          {children}
        </Text>
        {problem !== null && <Refused problem={problem} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button color="red.9" loading={isSending} onClick={() => void remove()}>
            {verb}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
