'use client'

import { Checkbox, Group, Modal, NativeSelect, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { type FormEvent, useRef, useState } from 'react'
import type { RequestLine } from '../../lib/access/requests/request-line.ts'
import { formatDay } from '../../lib/zone.ts'
import { DialogFoot } from '../frame/dialog-foot.tsx'
import { useZone } from '../frame/zone.tsx'
import { useFocusGivenBack } from '../session/use-focus.ts'
import { formatMoment } from '../times.ts'
import { count, RIGHT_WORDS } from '../words.ts'
import {
  type ApproveFields,
  beginApproval,
  findLimit,
  judgeApproval,
  planSpans,
  readUntil,
  toDecision,
} from './approve-form.ts'
import { isAwaiting } from './is-awaiting.ts'
import { sayScope } from './say-scope.ts'
import { useChange } from './use-change.ts'

type Props = { readonly request: RequestLine; readonly onClose: () => void }

/** Approves a request as it is, for fewer rights, or shorter. Mounted while it is decided. */
export function ApproveDialog({ request, onClose }: Props) {
  const { zone } = useZone()
  useFocusGivenBack()
  const form = useRef<HTMLFormElement>(null)
  const [now] = useState(() => new Date())
  const [fields, setFields] = useState<ApproveFields>(() => beginApproval(request, { now, zone }))
  const [wasTried, setTried] = useState(false)
  const { isSending, problem, send } = useChange()
  const { id, asker, scope, reason, caseReference, until } = request
  const clock = { now, zone }
  const limit = findLimit(request, clock)
  const faults = judgeApproval(fields, request, clock)
  const ends = readUntil(fields, request, clock)
  const set = (change: Partial<ApproveFields>): void => setFields((before) => ({ ...before, ...change }))
  const faultOf = (name: keyof ApproveFields): string | null =>
    wasTried ? (faults.find(([field]) => field === name)?.[1] ?? null) : null

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setTried(true)
    const [fault] = faults
    if (fault !== undefined) return form.current?.querySelector<HTMLElement>(`[name="${fault[0]}"]`)?.focus()
    const isApproved = await send({
      address: `/access/requests/${id}/decision`,
      method: 'POST',
      json: toDecision(fields, request, clock),
      said: (answered) =>
        isAwaiting(answered)
          ? `Approved: ${asker.name}’s request. It counts once a second administrator has approved it.`
          : `Approved: ${asker.name}’s request for ${sayScope(scope)}.`,
    })
    if (isApproved) onClose()
  }

  return (
    <Modal
      opened
      onClose={onClose}
      title={`Approve ${asker.name}’s request`}
      size="md"
      // A dialog's heading is no banner of the page.
      attributes={{ header: { role: 'none' } }}
      closeButtonProps={{ 'aria-label': 'Cancel' }}
    >
      <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
        <Stack gap="sm">
          <Text size="sm" className="breakable">
            For {sayScope(scope)}: “{reason}”{caseReference !== null && ` (case ${caseReference})`}
          </Text>
          <Checkbox.Group
            label="Rights"
            value={[...fields.rights]}
            onChange={(rights) => set({ rights: request.rights.filter((right) => rights.includes(right)) })}
          >
            <Group gap="md" mt={4}>
              {request.rights.map((right) => (
                <Checkbox
                  key={right}
                  value={right}
                  label={RIGHT_WORDS[right] ?? right}
                  disabled={right === 'recording:find'}
                />
              ))}
            </Group>
          </Checkbox.Group>
          <Group gap="xs" align="flex-start">
            <NativeSelect
              name="span"
              label="How long"
              data-autofocus
              flex={1}
              miw={200}
              value={fields.span}
              onChange={({ currentTarget }) => set({ span: currentTarget.value })}
              data={[
                ...(limit === null
                  ? [{ value: 'asked', label: `As asked, until ${formatMoment(until, zone)}` }]
                  : []),
                ...planSpans(request, clock).map(({ days, label }) => ({ value: String(days), label })),
                { value: 'day', label: 'Until a day' },
              ]}
              error={faultOf('span')}
            />
            {fields.span === 'day' && (
              <TextInput
                type="date"
                name="lastDay"
                label="The last day"
                required
                w={160}
                min={formatDay(now, zone)}
                max={formatDay(until, zone)}
                value={fields.lastDay}
                onChange={({ currentTarget }) => set({ lastDay: currentTarget.value })}
                error={faultOf('lastDay')}
              />
            )}
          </Group>
          {limit !== null && (
            <Text size="sm" className="notice">
              Asked for until {formatMoment(until, zone)}. A grant lasts at most {count(limit, 'day')} there,
              so that as much cannot be given.
            </Text>
          )}
          {fields.span !== 'asked' && (
            <Text size="xs" c="dimmed" mt={-6}>
              {ends !== null && `Until ${formatMoment(ends, zone)}. `}
              Days are read in {zone}.
            </Text>
          )}
          <Textarea
            name="word"
            label={`A word to ${asker.name}`}
            description="May be left empty."
            autosize
            minRows={2}
            maxRows={8}
            value={fields.word}
            onChange={({ currentTarget }) => set({ word: currentTarget.value })}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.current?.requestSubmit()
            }}
            error={faultOf('word')}
          />
          <Text size="xs" c="dimmed">
            Somebody who is no reviewer of that project becomes one once the grant counts.
          </Text>
          <DialogFoot verb="Approve" isSending={isSending} problem={problem} onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  )
}
