'use client'

import {
  Button,
  Menu,
  MenuCheckboxItem,
  MenuDivider,
  MenuDropdown,
  MenuItem,
  MenuLabel,
  MenuTarget,
  Text,
} from '@mantine/core'
import { IconChevronDown, IconDownload } from '@tabler/icons-react'
import { useState } from 'react'
import { useChange } from '../access/use-change.ts'
import { useZone } from '../frame/zone.tsx'

const FORMATS = [
  { format: 'csv', name: 'CSV', told: 'for a spreadsheet' },
  { format: 'jsonl', name: 'JSON lines', told: 'for a program' },
  { format: 'bundle', name: 'Bundle', told: 'proves itself' },
] as const

type Props = {
  /** The filter of the page, as its address has it. */
  readonly filter: Readonly<Record<string, string>>
  /** Too many rows to wait for: made in the background. */
  readonly isLarge: boolean
}

/** Exports exactly what the page's filter finds: at once, or in the background where that is long. */
export function ExportMenu({ filter, isLarge }: Props) {
  const { zone } = useZone()
  const [isRedacted, setRedacted] = useState(false)
  const { isSending, problem, send } = useChange()
  const parametersOf = (format: string): Record<string, string> => ({
    ...(zone !== 'UTC' && { zone }),
    ...filter,
    format,
    ...(isRedacted && { redacted: '1' }),
  })
  const begin = (format: string, name: string): void => {
    const said = `${name} is being made. It is listed on this page, and on record.`
    void send({ address: '/audit/exports', method: 'POST', json: parametersOf(format), said })
  }
  return (
    <Menu position="bottom-end" width={260} keepMounted={false} withinPortal={false}>
      <MenuTarget>
        <Button
          variant="default"
          size="xs"
          loading={isSending}
          leftSection={<IconDownload size={14} aria-hidden />}
          rightSection={<IconChevronDown size={14} aria-hidden />}
        >
          Export
        </Button>
      </MenuTarget>
      <MenuDropdown>
        <MenuLabel>{isLarge ? 'Many rows: made in the background' : 'What this filter finds'}</MenuLabel>
        {FORMATS.map(({ format, name, told }) =>
          isLarge ? (
            <MenuItem key={format} onClick={() => begin(format, name)}>
              {name} <Dim>{told}</Dim>
            </MenuItem>
          ) : (
            <MenuItem
              key={format}
              component="a"
              href={`/audit/export?${new URLSearchParams(parametersOf(format))}`}
              download
            >
              {name} <Dim>{told}</Dim>
            </MenuItem>
          ),
        )}
        <MenuDivider />
        <MenuCheckboxItem checked={isRedacted} onChange={setRedacted}>
          Without names and reasons
        </MenuCheckboxItem>
        {problem !== null && (
          <Text size="xs" c="var(--bad)" px="sm" role="alert">
            {problem.detail}
          </Text>
        )}
      </MenuDropdown>
    </Menu>
  )
}

function Dim({ children }: { children: string }) {
  return (
    <Text span size="xs" c="dimmed">
      {children}
    </Text>
  )
}
