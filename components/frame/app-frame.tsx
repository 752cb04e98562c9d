'use client'

import {
  AppShell,
  AppShellHeader,
  AppShellMain,
  AppShellNavbar,
  Box,
  Burger,
  Group,
  NavLink,
  Text,
  UnstyledButton,
} from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconAddressBook, IconListSearch, IconPlugConnected, IconScript } from '@tabler/icons-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { can, type Permission } from '../../lib/access/permissions.ts'
import { Bell } from './bell.tsx'
import { Logo } from './logo.tsx'
import { PersonMenu } from './person-menu.tsx'
import type { Reader } from './reader.ts'
import { SearchBox } from './search-box.tsx'
import { ZoneSwitch } from './zone-switch.tsx'

export type Section = 'find' | 'access' | 'projects' | 'log'

type Entry = {
  readonly section: Section
  readonly label: string
  readonly href: string
  readonly needs: Permission | null
  readonly icon: typeof IconScript
}

/** The same table of permissions that the pages ask. What one holds oneself is shown to everybody. */
const ENTRIES: readonly Entry[] = [
  { section: 'find', label: 'Find', href: '/sessions', needs: 'recording:find', icon: IconListSearch },
  { section: 'access', label: 'Access', href: '/access', needs: null, icon: IconAddressBook },
  {
    section: 'projects',
    label: 'Projects',
    href: '/projects',
    needs: 'project:manage',
    icon: IconPlugConnected,
  },
  { section: 'log', label: 'Log', href: '/audit', needs: 'audit:read', icon: IconScript },
]

type Props = {
  readonly reader: Reader
  readonly section: Section | null
  readonly search: boolean
  readonly children: ReactNode
}

export function AppFrame({ reader, section, search, children }: Props) {
  const [isOpen, { toggle }] = useDisclosure()
  const entries = ENTRIES.filter(({ needs }) => needs === null || can(reader.roles, needs))
  return (
    <AppShell
      header={{ height: 48 }}
      navbar={{ width: 148, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding={{ base: 'sm', sm: 'md' }}
    >
      <a className="skip-link" href="#content">
        Skip to the content
      </a>
      <AppShellHeader>
        <Group h="100%" px="sm" gap="sm" wrap="nowrap" justify="space-between">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label="Menu"
              aria-expanded={isOpen}
            />
            <UnstyledButton component={Link} href="/" prefetch={false} aria-label="Recordroom, start page">
              <Group gap={7} wrap="nowrap">
                <Logo />
                <Text fw={600} visibleFrom="xs">
                  Recordroom
                </Text>
              </Group>
            </UnstyledButton>
          </Group>
          {search && <SearchBox roles={reader.roles} />}
          <Group gap="xs" wrap="nowrap">
            {/* On a telephone it is in the menu of the person. */}
            <Box visibleFrom="xs">
              <ZoneSwitch />
            </Box>
            <Bell />
            <PersonMenu reader={reader} />
          </Group>
        </Group>
      </AppShellHeader>
      <AppShellNavbar p={6} aria-label="Sections">
        {entries.map(({ section: own, label, href, icon: Icon }) => (
          <NavLink
            key={own}
            component={Link}
            href={href}
            prefetch={false}
            label={label}
            leftSection={<Icon size={17} stroke={1.6} aria-hidden />}
            active={own === section}
            aria-current={own === section ? 'page' : undefined}
          />
        ))}
      </AppShellNavbar>
      <AppShellMain id="content" tabIndex={-1}>
        {children}
      </AppShellMain>
    </AppShell>
  )
}
