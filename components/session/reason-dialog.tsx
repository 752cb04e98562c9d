'use client'

import { Button, Group, Modal, NativeSelect, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { type FormEvent, type KeyboardEvent, type ReactNode, useRef, useState } from 'react'
import { LONGEST_REASON, SHORTEST_REASON } from '../../lib/plain-words.ts'
import type { Reason } from '../../lib/projects/reasons.ts'
import { judgeReason } from '../access/judge-word.ts'
import type { Problem } from '../frame/asking.ts'
import { Refused } from '../frame/refused.tsx'
import { useZone } from '../frame/zone.tsx'
import { formatClock } from '../times.ts'
import type { GivenReason, RememberedReason } from './remembered-reason.ts'
import { useFocusGivenBack } from './use-focus.ts'

type Props = {
  readonly purpose: 'play' | 'download'
  readonly reasons: readonly Reason[]
  /** What was said within the last hour: filled in, and still to be said. */
  readonly remembered: RememberedReason | null
  readonly isOpening: boolean
  readonly problem: Problem | null
  /** What mends the problem, where something on this page does. */
  readonly remedy?: ReactNode
  readonly onGive: (given: GivenReason) => void
  readonly onCancel: () => void
}

const WORDS = {
  play: { title: 'Why do you open this recording?', go: 'Play' },
  download: { title: 'Why do you download this recording?', go: 'Download' },
} as const

/** Asks why, before anything plays or leaves the portal. Mounted while it is asked. */
export function ReasonDialog(props: Props) {
  const { purpose, reasons, remembered, isOpening, problem, remedy, onGive, onCancel } = props
  const { zone } = useZone()
  useFocusGivenBack()
  const form = useRef<HTMLFormElement>(null)
  const known = reasons.some(({ code }) => code === remembered?.reasonCode) ? remembered : null
  const [reasonCode, setReasonCode] = useState(known?.reasonCode ?? '')
  const [reason, setReason] = useState(known?.reason ?? '')
  const [caseReference, setCaseReference] = useState(known?.caseReference ?? '')
  const [wasTried, setTried] = useState(false)

  const choice = reasons.find(({ code }) => code === reasonCode)
  const length = [...reason.trim()].length
  const faults = {
    code: choice === undefined ? 'Choose a reason.' : null,
    reason: judgeReason(reason),
    case:
      choice?.caseRequired === true && caseReference.trim() === ''
        ? 'This reason needs a case reference.'
        : null,
  }

  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    const fault = Object.entries(faults).find(([, said]) => said !== null)
    if (fault === undefined)
      onGive({ reasonCode, reason: reason.trim(), caseReference: caseReference.trim() })
    else form.current?.querySelector<HTMLElement>(`[name="${fault[0]}"]`)?.focus()
  }
  const submitOnCtrlEnter = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.current?.requestSubmit()
  }

  return (
    <Modal
      opened
      onClose={onCancel}
      title={WORDS[purpose].title}
      size="md"
      // A dialog's heading is no banner of the page.
      attributes={{ header: { role: 'none' } }}
      closeButtonProps={{ 'aria-label': 'Cancel' }}
    >
      <form ref={form} onSubmit={submit} noValidate>
        <Stack gap="sm">
          {purpose === 'download' && (
            <Text size="sm">
              The file leaves the portal decrypted: who plays it from then on is nowhere on record. That you
              take it is, with your reason.
            </Text>
          )}
          {known !== null && (
            <Text size="sm" className="notice">
              As you said at {formatClock(known.savedAt, zone)}. Change it if this is another matter.
            </Text>
          )}
          <NativeSelect
            name="code"
            label="Reason"
            required
            data-autofocus={known === null || undefined}
            value={reasonCode}
            onChange={({ currentTarget }) => setReasonCode(currentTarget.value)}
            data={[
              { value: '', label: 'Choose…', disabled: true },
              ...reasons.map(({ code, label }) => ({ value: code, label })),
            ]}
            error={wasTried && faults.code}
          />
          <Textarea
            name="reason"
            label="In your own words"
            description="Write no client’s name and no account number here: this text is kept in the log. The case reference leads to them."
            required
            autosize
            minRows={3}
            maxRows={8}
            value={reason}
            onChange={({ currentTarget }) => setReason(currentTarget.value)}
            onKeyDown={submitOnCtrlEnter}
            error={wasTried && faults.reason}
          />
          <Text
            size="xs"
            c={length > LONGEST_REASON ? 'var(--bad)' : 'dimmed'}
            ta="end"
            className="tabular"
            mt={-8}
          >
            {length.toLocaleString('en')} of {LONGEST_REASON.toLocaleString('en')} characters,{' '}
            {SHORTEST_REASON} at least
          </Text>
          <TextInput
            name="case"
            label="Case reference"
            required={choice?.caseRequired === true}
            maxLength={200}
            autoComplete="off"
            value={caseReference}
            onChange={({ currentTarget }) => setCaseReference(currentTarget.value)}
            error={wasTried && faults.case}
          />
          {problem !== null && <Refused problem={problem} />}
          {remedy}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onCancel}>
              Cancel
            </Button>
            <Button type="submit" loading={isOpening} data-autofocus={known !== null || undefined}>
              {WORDS[purpose].go}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
