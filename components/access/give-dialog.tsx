'use client'

import { Modal, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { type FormEvent, useRef, useState } from 'react'
import type { Givable } from '../../lib/access/giving/list-givable.ts'
import { DialogFoot } from '../frame/dialog-foot.tsx'
import { useZone } from '../frame/zone.tsx'
import { useFocusGivenBack } from '../session/use-focus.ts'
import { Rights, Whom } from './give-fields.tsx'
import { EMPTY, type FieldName, type GiveFields, judgeGive, needsSecond, toGrant } from './give-form.ts'
import { Reach } from './give-reach.tsx'
import { Times } from './give-times.tsx'
import { isAwaiting } from './is-awaiting.ts'
import { useChange } from './use-change.ts'

type Props = {
  readonly givable: Givable
  /** What is filled in already. */
  readonly initial: Partial<GiveFields>
  readonly onClose: () => void
}

/** Gives a grant: to whom, how far, which rights, how long, and why. Mounted while it is filled in. */
export function GiveDialog({ givable, initial, onClose }: Props) {
  const { zone } = useZone()
  useFocusGivenBack()
  const form = useRef<HTMLFormElement>(null)
  const [now] = useState(() => new Date())
  const [fields, setFields] = useState<GiveFields>({ ...EMPTY, ...initial })
  const [wasTried, setTried] = useState(false)
  const { isSending, problem, send } = useChange()
  const clock = { now, zone }
  const faults = judgeGive(fields, givable, clock)
  const second = needsSecond(fields, givable)
  const parts = {
    fields,
    set: (change: Partial<GiveFields>) => setFields((before) => ({ ...before, ...change })),
    faultOf: (name: FieldName) => (wasTried ? (faults.find(([field]) => field === name)?.[1] ?? null) : null),
  }

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setTried(true)
    const [fault] = faults
    if (fault !== undefined) return form.current?.querySelector<HTMLElement>(`[name="${fault[0]}"]`)?.focus()
    const isGiven = await send({
      address: '/access/grants',
      method: 'POST',
      json: toGrant(fields, clock),
      said: (answered) =>
        isAwaiting(answered)
          ? 'Given. It counts once a second administrator has approved it.'
          : 'Given. It is on record.',
    })
    if (isGiven) onClose()
  }

  return (
    <Modal
      opened
      onClose={onClose}
      title="Give a grant"
      size="lg"
      // A dialog's heading is no banner of the page.
      attributes={{ header: { role: 'none' } }}
      closeButtonProps={{ 'aria-label': 'Cancel' }}
    >
      <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
        <Stack gap="sm">
          <Whom {...parts} />
          <Reach {...parts} givable={givable} />
          <Rights {...parts} />
          <Times {...parts} givable={givable} clock={clock} />
          <Textarea
            name="reason"
            label="Why"
            description="Kept in the log. Write no client’s name and no account number: the case reference leads to them."
            required
            autosize
            minRows={2}
            maxRows={8}
            value={fields.reason}
            onChange={({ currentTarget }) => parts.set({ reason: currentTarget.value })}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.current?.requestSubmit()
            }}
            error={parts.faultOf('reason')}
          />
          <TextInput
            name="caseReference"
            label="Case reference"
            maxLength={200}
            autoComplete="off"
            value={fields.caseReference}
            onChange={({ currentTarget }) => parts.set({ caseReference: currentTarget.value })}
          />
          {second !== false && (
            <Text size="sm" className="notice">
              {second === null
                ? 'Where its project has it so, it counts only once a second administrator has approved it.'
                : 'It counts only once a second administrator has approved it, within 72 hours.'}
            </Text>
          )}
          <DialogFoot verb="Give" isSending={isSending} problem={problem} onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  )
}
