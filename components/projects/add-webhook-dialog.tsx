'use client'

import { Checkbox, NativeSelect, Stack, Text } from '@mantine/core'
import { type FormEvent, useRef, useState } from 'react'
import { NOTICE_KINDS } from '../../lib/notices/notice-kind.ts'
import { useChange } from '../access/use-change.ts'
import { DialogFoot } from '../frame/dialog-foot.tsx'
import { useFocusGivenBack } from '../session/use-focus.ts'
import { type Added, readAdded } from './added.ts'
import { SecretShown } from './secret-shown.tsx'
import { ShownOnceDialog } from './shown-once.tsx'
import { WebhookAddress } from './webhook-address.tsx'

const ALL = ''

type Props = {
  readonly projects: readonly string[]
  /** Whether it may be told of all projects. */
  readonly isForAll: boolean
  readonly onClose: () => void
}

/** Where other programs are told of what happens with access. Mounted while it is filled in, and while the secret is shown. */
export function AddWebhookDialog({ projects, isForAll, onClose }: Props) {
  useFocusGivenBack()
  const form = useRef<HTMLFormElement>(null)
  const [project, setProject] = useState(isForAll ? ALL : (projects[0] ?? ALL))
  const [url, setUrl] = useState('')
  const [events, setEvents] = useState<string[]>([])
  const [wasTried, setTried] = useState(false)
  const [added, setAdded] = useState<Added | null>(null)
  const { isSending, problem, send } = useChange()
  const faults = {
    url: /^https?:\/\/\S+$/.test(url.trim())
      ? null
      : 'Enter a whole address, such as https://siem.example/hook.',
    events: events.length > 0 ? null : 'Choose one event at least.',
  }
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setTried(true)
    if (faults.url !== null || faults.events !== null) {
      form.current
        ?.querySelector<HTMLElement>(faults.url !== null ? '[name="url"]' : '[name="event"]')
        ?.focus()
      return
    }
    await send({
      address: '/projects/webhooks',
      method: 'POST',
      json: { ...(project !== ALL && { project }), url: url.trim(), events },
      said: (answered) => {
        const read = readAdded(answered)
        setAdded(read)
        return read.isWaiting ? 'Proposed: it waits for a second administrator.' : 'A webhook was added.'
      },
    })
  }
  return (
    <ShownOnceDialog
      title="Add a webhook"
      made={
        added === null
          ? null
          : { title: 'Keep this secret now', shown: <SecretShown added={added} onClose={onClose} /> }
      }
      size="lg"
      onClose={onClose}
    >
      <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
        <Stack gap="sm">
          <NativeSelect
            label="Told of"
            value={project}
            onChange={({ currentTarget }) => setProject(currentTarget.value)}
            data={[
              ...(isForAll ? [{ value: ALL, label: 'All projects' }] : []),
              ...projects.map((name) => ({ value: name, label: name })),
            ]}
          />
          <WebhookAddress url={url} fault={wasTried && faults.url} onChange={setUrl} />
          <Checkbox.Group
            label="Events"
            required
            value={events}
            onChange={setEvents}
            error={wasTried && faults.events}
          >
            <Stack gap={6} mt={4}>
              {Object.entries(NOTICE_KINDS).map(([kind, meaning]) => (
                <Checkbox
                  key={kind}
                  name="event"
                  value={kind}
                  size="sm"
                  label={
                    <>
                      {meaning}{' '}
                      <Text span size="xs" c="dimmed" ff="monospace">
                        {kind}
                      </Text>
                    </>
                  }
                />
              ))}
            </Stack>
          </Checkbox.Group>
          <DialogFoot verb="Add" isSending={isSending} problem={problem} onCancel={onClose} />
        </Stack>
      </form>
    </ShownOnceDialog>
  )
}
