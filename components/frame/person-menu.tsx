'use client'

import {
  Button,
  Menu,
  MenuDivider,
  MenuDropdown,
  MenuItem,
  MenuLabel,
  MenuTarget,
  Text,
  useMantineColorScheme,
} from '@mantine/core'
import { IconCheck, IconChevronDown, IconLogout, IconUser } from '@tabler/icons-react'
import { useState } from 'react'
import { ROLE_WORDS } from '../words.ts'
import type { Reader } from './app-frame.tsx'
import { signOut } from './next-auth.ts'
import { useShortcuts } from './shortcuts.tsx'

const SCHEMES = [
  { value: 'auto', label: 'As the system has it' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const

/** Who is signed in, what they are, how the page looks, and the way out. */
export function PersonMenu({ reader }: { reader: Reader }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const { enabled, enable } = useShortcuts()
  const [failure, setFailure] = useState<string | null>(null)
  const name = reader.name ?? reader.email ?? 'Signed in'
  const roles = [...new Set(reader.roles.map(({ role }) => ROLE_WORDS[role]))]
  return (
    <Menu position="bottom-end" width={230} keepMounted={false}>
      <MenuTarget>
        <Button
          variant="subtle"
          color="gray"
          size="xs"
          px={6}
          c="var(--mantine-color-text)"
          rightSection={<IconChevronDown size={14} aria-hidden />}
          aria-label={`${name}, ${roles.join(', ') || 'no role'}: menu`}
        >
          <Text span size="sm" truncate maw={150} visibleFrom="sm">
            {name}
          </Text>
          <IconUser size={18} stroke={1.6} aria-hidden className="mantine-hidden-from-sm" />
        </Button>
      </MenuTarget>
      <MenuDropdown>
        <MenuLabel>
          {reader.email !== null && <div className="breakable">{reader.email}</div>}
          <div>{roles.join(', ') || 'No role yet'}</div>
        </MenuLabel>
        <MenuDivider />
        <MenuLabel>Colours</MenuLabel>
        {SCHEMES.map(({ value, label }) => (
          <MenuItem
            key={value}
            role="menuitemradio"
            aria-checked={colorScheme === value}
            closeMenuOnClick={false}
            leftSection={<IconCheck size={14} aria-hidden opacity={colorScheme === value ? 1 : 0} />}
            onClick={() => setColorScheme(value)}
          >
            {label}
          </MenuItem>
        ))}
        <MenuDivider />
        <MenuItem
          role="menuitemcheckbox"
          aria-checked={enabled}
          closeMenuOnClick={false}
          leftSection={<IconCheck size={14} aria-hidden opacity={enabled ? 1 : 0} />}
          onClick={() => enable(!enabled)}
        >
          Single-key shortcuts
        </MenuItem>
        <MenuDivider />
        <MenuItem
          closeMenuOnClick={false}
          leftSection={<IconLogout size={14} aria-hidden />}
          onClick={() =>
            void signOut().catch(() =>
              setFailure('Signing out did not work. Try again, or close the browser.'),
            )
          }
        >
          Sign out
        </MenuItem>
        {failure !== null && (
          <Text size="xs" c="var(--bad)" px="sm" role="alert">
            {failure}
          </Text>
        )}
      </MenuDropdown>
    </Menu>
  )
}
