'use client'

import {
  Box,
  Button,
  type MantineColorScheme,
  Menu,
  MenuCheckboxItem,
  MenuDivider,
  MenuDropdown,
  MenuItem,
  MenuLabel,
  MenuRadioGroup,
  MenuRadioItem,
  MenuTarget,
  Text,
  useMantineColorScheme,
} from '@mantine/core'
import { IconChevronDown, IconLogout, IconUser } from '@tabler/icons-react'
import { useState } from 'react'
import { ROLE_WORDS } from '../words.ts'
import { signOut } from './next-auth.ts'
import type { Reader } from './reader.ts'
import { useShortcuts } from './shortcuts.tsx'
import { findLocalZone, useZone } from './zone.tsx'

const SCHEMES = [
  { value: 'auto', label: 'As the system has it' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const

/** Who is signed in, what they are, how the page looks, and the way out. */
export function PersonMenu({ reader }: { reader: Reader }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const { enabled, enable } = useShortcuts()
  const { zone, choose } = useZone()
  const [failure, setFailure] = useState<string | null>(null)
  const name = reader.name ?? reader.email ?? 'Signed in'
  const roles = [...new Set(reader.roles.map(({ role }) => ROLE_WORDS[role]))]
  return (
    <Menu
      position="bottom-end"
      width={230}
      keepMounted={false}
      withinPortal={false}
      withInitialFocusPlaceholder={false}
    >
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
        <MenuRadioGroup value={colorScheme} onChange={(value) => setColorScheme(parseScheme(value))}>
          {SCHEMES.map(({ value, label }) => (
            <MenuRadioItem key={value} value={value}>
              {label}
            </MenuRadioItem>
          ))}
        </MenuRadioGroup>
        <Box hiddenFrom="xs">
          <MenuDivider />
          <MenuLabel>Times in</MenuLabel>
          <MenuRadioGroup
            value={zone === 'UTC' ? 'utc' : 'local'}
            onChange={(value) => choose(value === 'utc' ? 'UTC' : findLocalZone())}
          >
            <MenuRadioItem value="utc">UTC</MenuRadioItem>
            <MenuRadioItem value="local">Local</MenuRadioItem>
          </MenuRadioGroup>
        </Box>
        <MenuDivider />
        <MenuCheckboxItem checked={enabled} onChange={enable}>
          Single-key shortcuts
        </MenuCheckboxItem>
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

function parseScheme(value: string): MantineColorScheme {
  return value === 'light' || value === 'dark' ? value : 'auto'
}
