'use client'

import { Kbd, Modal, Switch, Table, TableTbody, TableTd, TableTr } from '@mantine/core'
import { useShortcuts } from '../frame/shortcuts.tsx'
import { KEY_SHEET } from './player-keys.ts'
import { useFocusGivenBack } from './use-focus.ts'

export function KeySheet({ onClose }: { onClose: () => void }) {
  const { enabled, enable } = useShortcuts()
  useFocusGivenBack()
  return (
    <Modal
      opened
      onClose={onClose}
      title="Keys of the player"
      size="sm"
      // A dialog's heading is no banner of the page.
      attributes={{ header: { role: 'none' } }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Switch
        label="Single-key shortcuts"
        description="Off: the keys work only while the focus is within the player."
        checked={enabled}
        onChange={({ currentTarget }) => enable(currentTarget.checked)}
        mb="sm"
      />
      <Table verticalSpacing={3}>
        <TableTbody>
          {KEY_SHEET.map(([keys, does]) => (
            <TableTr key={keys}>
              <TableTd w={120}>
                <Kbd size="xs">{keys}</Kbd>
              </TableTd>
              <TableTd>{does}</TableTd>
            </TableTr>
          ))}
        </TableTbody>
      </Table>
    </Modal>
  )
}
