'use client'

import { ActionIcon, Button, Group, Popover, PopoverDropdown, PopoverTarget, Text } from '@mantine/core'
import { IconBell } from '@tabler/icons-react'
import Link from 'next/link'
import { useState } from 'react'
import { count } from '../words.ts'
import classes from './bell.module.css'
import { Moment } from './moment.tsx'
import type { Notice } from './notices.ts'
import { sayNotice } from './say-notice.ts'
import { useNotices } from './use-notices.ts'
import { useZone } from './zone.tsx'

const MOST_SHOWN = 99

/** What its reader is told: how much of it is new, and where each leads. */
export function Bell() {
  const { notices, unread, said, isKnown, read } = useNotices()
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Popover
        opened={isOpen}
        onChange={setOpen}
        position="bottom-end"
        width={320}
        trapFocus
        returnFocus
        withinPortal={false}
        shadow="md"
      >
        <PopoverTarget>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={32}
            c="var(--mantine-color-text)"
            aria-label={unread === 0 ? 'Notices' : `Notices, ${unread} unread`}
            onClick={() => setOpen(!isOpen)}
            style={{ overflow: 'visible', position: 'relative' }}
          >
            <IconBell size={18} stroke={1.6} aria-hidden />
            {unread > 0 && (
              <span className={classes.count} aria-hidden>
                {unread > MOST_SHOWN ? `${MOST_SHOWN}+` : unread}
              </span>
            )}
          </ActionIcon>
        </PopoverTarget>
        <PopoverDropdown p={0} aria-label="Notices">
          <Group justify="space-between" px="sm" py={6} wrap="nowrap">
            <Text size="sm" fw={600}>
              Notices
            </Text>
            {notices.length > 0 && (
              // It stays when there is nothing left to mark, and keeps the focus.
              <Button
                size="compact-sm"
                variant="default"
                {...(unread === 0 && { 'data-disabled': true })}
                aria-disabled={unread === 0}
                onClick={() => read(notices)}
              >
                Mark all as read
              </Button>
            )}
          </Group>
          {!isKnown && (
            <Text size="sm" px="sm" pb="xs" role="alert">
              What is new could not be asked for. It is tried again within a minute.
            </Text>
          )}
          {notices.length === 0 && isKnown && (
            <Text size="sm" c="dimmed" px="sm" pb="sm" tabIndex={-1} data-autofocus>
              Nothing yet. What becomes of your requests, and what waits for you, is told here.
            </Text>
          )}
          <NoticeList
            notices={notices}
            onFollow={(notice) => {
              read([notice])
              setOpen(false)
            }}
          />
        </PopoverDropdown>
      </Popover>
      <div role="status" className="visually-hidden">
        {said}
      </div>
    </>
  )
}

function NoticeList({
  notices,
  onFollow,
}: {
  notices: readonly Notice[]
  onFollow: (notice: Notice) => void
}) {
  const { zone } = useZone()
  if (notices.length === 0) return null
  return (
    <ul className={classes.list} aria-label={count(notices.length, 'notice')}>
      {notices.map((notice) => (
        <li key={notice.id}>
          <Link
            href={notice.href}
            prefetch={false}
            className={classes.line}
            data-unread={!notice.isRead || undefined}
            onClick={() => onFollow(notice)}
          >
            {!notice.isRead && <span className="visually-hidden">Unread: </span>}
            {sayNotice(notice, zone)}
            <Moment at={notice.at} />
          </Link>
        </li>
      ))}
    </ul>
  )
}
