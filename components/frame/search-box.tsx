'use client'

import { Kbd, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import Form from 'next/form'
import { useEffect } from 'react'
import { can, type Role } from '../../lib/access/permissions.ts'
import { SEARCH_BOX_ID } from './search-box-id.ts'
import { isTyping, useShortcuts } from './shortcuts.tsx'

/** Takes a session ID from anywhere: reviewers are led to the session, auditors to its part of the log. */
export function SearchBox({ roles }: { roles: readonly Role[] }) {
  useSlashKey()
  const finds = can(roles, 'recording:find')
  if (!finds && !can(roles, 'audit:read')) return null
  return (
    <search className="search-form">
      <Form action={finds ? '/sessions' : '/audit'} prefetch={false}>
        {finds && <input type="hidden" name="open" value="only" />}
        <TextInput
          id={SEARCH_BOX_ID}
          name={finds ? 'q' : 'session'}
          size="xs"
          aria-label={finds ? 'Session ID' : 'Session ID in the log'}
          placeholder={finds ? 'Session ID' : 'Session ID in the log'}
          leftSection={<IconSearch size={15} aria-hidden />}
          rightSection={
            <Kbd size="xs" visibleFrom="sm" aria-hidden>
              /
            </Kbd>
          }
          autoComplete="off"
          spellCheck={false}
        />
      </Form>
    </search>
  )
}

/** `/` moves the cursor into the box, unless it is meant for a field. */
export function useSlashKey(): void {
  const { enabled } = useShortcuts()
  useEffect(() => {
    if (!enabled) return
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
        return
      const box = document.getElementById(SEARCH_BOX_ID)
      if (box === null) return
      event.preventDefault()
      box.focus()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [enabled])
}

/** For a page whose own box `/` leads to. */
export function SlashKey() {
  useSlashKey()
  return null
}
