'use client'

import { NativeSelect, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useRef, useState } from 'react'
import type { Exportable } from '../../lib/audit/out/list-exportable.ts'
import { useChange } from '../access/use-change.ts'
import { DialogFoot } from '../frame/dialog-foot.tsx'
import { type Added, readAdded } from '../projects/added.ts'
import { SecretShown } from '../projects/secret-shown.tsx'
import { ShownOnceDialog } from '../projects/shown-once.tsx'
import { WebhookAddress } from '../projects/webhook-address.tsx'
import { useFocusGivenBack } from '../session/use-focus.ts'

const ALL = ''

/** Where else the log goes. Mounted while it is filled in, and while the secret is shown. */
export function OutPushDialog({
  projects,
  isForAll,
  onClose,
}: Exportable & { readonly onClose: () => void }) {
  useFocusGivenBack()
  const form = useRef<HTMLFormElement>(null)
  const [project, setProject] = useState(isForAll ? ALL : (projects[0] ?? ALL))
  const [url, setUrl] = useState('')
  const [from, setFrom] = useState('')
  const [wasTried, setTried] = useState(false)
  const [added, setAdded] = useState<Added | null>(null)
  const { isSending, problem, send } = useChange()
  const fault = /^https?:\/\/\S+$/.test(url.trim())
    ? null
    : 'Enter a whole address, such as https://siem.example/log.'
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setTried(true)
    if (fault !== null) {
      form.current?.querySelector<HTMLElement>('[name="url"]')?.focus()
      return
    }
    await send({
      address: '/audit/pushes',
      method: 'POST',
      json: { ...(project !== ALL && { project }), url: url.trim(), ...(from !== '' && { from }) },
      said: (answered) => {
        setAdded(readAdded(answered))
        return 'The log is pushed there from now on.'
      },
    })
  }
  return (
    <ShownOnceDialog
      title="Push the log"
      made={
        added === null
          ? null
          : { title: 'Keep this secret now', shown: <SecretShown added={added} onClose={onClose} /> }
      }
      size="md"
      onClose={onClose}
    >
      <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
        <Stack gap="sm">
          <NativeSelect
            label="Log of"
            value={project}
            onChange={({ currentTarget }) => setProject(currentTarget.value)}
            data={[
              ...(isForAll ? [{ value: ALL, label: 'All projects, and what belongs to none' }] : []),
              ...projects.map((name) => ({ value: name, label: name })),
            ]}
          />
          <WebhookAddress url={url} fault={wasTried && fault} onChange={setUrl} />
          <TextInput
            type="date"
            name="from"
            label="Since"
            description="The day, in UTC, from which on the log is sent. Left out: from now on."
            value={from}
            onChange={({ currentTarget }) => setFrom(currentTarget.value)}
          />
          <DialogFoot verb="Push" isSending={isSending} problem={problem} onCancel={onClose} />
        </Stack>
      </form>
    </ShownOnceDialog>
  )
}
