'use client'

import { Button, Group, Text, Textarea } from '@mantine/core'
import { useRouter } from 'next/navigation'
import { type FormEvent, type KeyboardEvent, useRef, useState, useTransition } from 'react'
import { useSlashKey } from '../frame/search-box.tsx'
import { SEARCH_BOX_ID } from '../frame/search-box-id.ts'

/** What fits into an address with room to spare: some 150 session IDs. */
const MAX_ADDRESS = 12_000

/** The box that takes one session ID, or as many as somebody pastes. Enter searches; the only hit is opened. */
export function FindBox({ q }: { q: string }) {
  const router = useRouter()
  const form = useRef<HTMLFormElement>(null)
  const [isSearching, search] = useTransition()
  const [fault, setFault] = useState<string | null>(null)
  useSlashKey()

  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault()
    const text = new FormData(event.currentTarget).get('q')
    const query = new URLSearchParams({ q: typeof text === 'string' ? text.replace(/\s+/g, ' ').trim() : '' })
    const address = query.get('q') === '' ? '/sessions' : `/sessions?${query}&open=only`
    if (address.length > MAX_ADDRESS) {
      setFault('This is more than can be searched at once. Paste at most 100 session IDs.')
      return
    }
    setFault(null)
    search(() => router.push(address))
  }
  const submitOnEnter = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    form.current?.requestSubmit()
  }

  return (
    <search>
      <form ref={form} action="/sessions" onSubmit={submit}>
        <Group align="flex-start" gap="xs" wrap="nowrap">
          <Textarea
            id={SEARCH_BOX_ID}
            name="q"
            key={q}
            defaultValue={q}
            autoFocus
            autosize
            minRows={1}
            maxRows={6}
            flex={1}
            maw={760}
            aria-label="Session IDs"
            placeholder="Paste one session ID, or many"
            error={fault}
            spellCheck={false}
            autoComplete="off"
            classNames={{ input: 'id' }}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            onKeyDown={submitOnEnter}
          />
          <Button type="submit" loading={isSearching}>
            Find
          </Button>
        </Group>
        <Text className="visually-hidden" role="status">
          {isSearching ? 'Searching' : ''}
        </Text>
      </form>
    </search>
  )
}
