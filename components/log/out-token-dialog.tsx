'use client'

import { Checkbox, NativeSelect, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useRef, useState } from 'react'
import type { Exportable } from '../../lib/audit/out/list-exportable.ts'
import { useChange } from '../access/use-change.ts'
import { DialogFoot } from '../frame/dialog-foot.tsx'
import { ShownOnceDialog } from '../projects/shown-once.tsx'
import { useFocusGivenBack } from '../session/use-focus.ts'
import { readMadeToken } from './out-token.ts'
import { OutTokenShown } from './out-token-shown.tsx'

const SPANS = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '180', label: '180 days' },
  { value: '365', label: '365 days' },
]
const DAY_MS = 86_400_000

/** A token for another program. Mounted while it is filled in, and while the token is shown. */
export function OutTokenDialog({
  projects,
  isForAll,
  onClose,
}: Exportable & { readonly onClose: () => void }) {
  useFocusGivenBack()
  const form = useRef<HTMLFormElement>(null)
  const [name, setName] = useState('')
  const [all, setAll] = useState(isForAll)
  const [listed, setListed] = useState<string[]>(projects.length === 1 && !isForAll ? [...projects] : [])
  const [days, setDays] = useState('90')
  const [wasTried, setTried] = useState(false)
  const [token, setToken] = useState<string | null>(null)
  const { isSending, problem, send } = useChange()
  const faults = {
    name: name.trim() !== '' ? null : 'Say which program it is for.',
    projects: all || listed.length > 0 ? null : 'Choose one project at least.',
  }
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setTried(true)
    if (faults.name !== null || faults.projects !== null) {
      form.current
        ?.querySelector<HTMLElement>(faults.name !== null ? '[name="name"]' : '[name="project"]')
        ?.focus()
      return
    }
    const until = new Date(Date.now() + Number(days) * DAY_MS).toISOString()
    await send({
      address: '/audit/tokens',
      method: 'POST',
      json: { name: name.trim(), projects: all ? null : listed, until },
      said: (answered) => {
        setToken(readMadeToken(answered))
        return 'A token was made.'
      },
    })
  }
  return (
    <ShownOnceDialog
      title="Make a token"
      made={
        token === null
          ? null
          : { title: 'Keep this token now', shown: <OutTokenShown token={token} onClose={onClose} /> }
      }
      size="md"
      onClose={onClose}
    >
      <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
        <Stack gap="sm">
          <TextInput
            name="name"
            label="Program"
            required
            data-autofocus
            autoComplete="off"
            maxLength={80}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            error={wasTried && faults.name}
          />
          {isForAll && (
            <Checkbox
              label="The log of all projects, and what belongs to none"
              checked={all}
              onChange={({ currentTarget }) => setAll(currentTarget.checked)}
            />
          )}
          {!all && (
            <Checkbox.Group
              label="Log of"
              required
              value={listed}
              onChange={setListed}
              error={wasTried && faults.projects}
            >
              <Stack gap={6} mt={4}>
                {projects.map((project) => (
                  <Checkbox key={project} name="project" value={project} size="sm" label={project} />
                ))}
              </Stack>
            </Checkbox.Group>
          )}
          <NativeSelect
            label="Counts for"
            value={days}
            onChange={({ currentTarget }) => setDays(currentTarget.value)}
            data={SPANS}
          />
          <DialogFoot verb="Make" isSending={isSending} problem={problem} onCancel={onClose} />
        </Stack>
      </form>
    </ShownOnceDialog>
  )
}
