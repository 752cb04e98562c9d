'use client'

import { Button, Code, Group, Modal, Stack, Text } from '@mantine/core'
import { IconCopy } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useCopying } from '../session/use-copying.ts'

type DialogProps = {
  /** While it is filled in. */
  readonly title: string
  /** Once it is made; null until then. */
  readonly made: { readonly title: string; readonly shown: ReactNode } | null
  readonly size: 'md' | 'lg'
  readonly onClose: () => void
  /** The form. */
  readonly children: ReactNode
}

/** A dialog that makes something and then shows what of it is shown only once. */
export function ShownOnceDialog({ title, made, size, onClose, children }: DialogProps) {
  return (
    <Modal
      opened
      onClose={onClose}
      // What is shown once is not lost by a click beside it.
      closeOnClickOutside={made === null}
      closeOnEscape={made === null}
      title={made === null ? title : made.title}
      size={size}
      // A dialog's heading is no banner of the page.
      attributes={{ header: { role: 'none' } }}
      closeButtonProps={{ 'aria-label': made === null ? 'Cancel' : 'Close' }}
    >
      {made === null ? children : made.shown}
    </Modal>
  )
}

type ShownProps = {
  /** Null where there is none to be kept. */
  readonly secret: string | null
  /** What it is called when it was copied. */
  readonly name: 'Secret' | 'Token'
  /** What it is for. */
  readonly children: ReactNode
  readonly onClose: () => void
}

/** A secret, for whoever made it to hand on. */
export function ShownOnce({ secret, name, children, onClose }: ShownProps) {
  const { said, copy } = useCopying()
  return (
    <Stack gap="sm">
      {children}
      {secret !== null && (
        <Code block className="breakable" data-testid={name.toLowerCase()} style={{ whiteSpace: 'pre-wrap' }}>
          {secret}
        </Code>
      )}
      <Text size="sm" role="status" mih="1.4em" className="breakable">
        {said === secret ? 'It could not be copied by itself: select and copy it.' : said}
      </Text>
      <Group justify="flex-end" gap="xs">
        {secret !== null && (
          <Button
            leftSection={<IconCopy size={14} aria-hidden />}
            data-autofocus
            onClick={() => void copy(secret, name)}
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
