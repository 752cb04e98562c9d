'use client'

import { Checkbox, Modal, NativeSelect, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { type FormEvent, useRef, useState } from 'react'
import { DECIDE_WITHIN_HOURS } from '../../lib/access/deciding.ts'
import { USUAL_LONGEST_GRANT_DAYS } from '../../lib/access/grant-length.ts'
import { formatDay, type Zone } from '../../lib/zone.ts'
import { askChange, type Problem } from '../frame/asking.ts'
import { DialogFoot } from '../frame/dialog-foot.tsx'
import { useZone } from '../frame/zone.tsx'
import { useFocusGivenBack } from '../session/use-focus.ts'
import { formatMoment } from '../times.ts'
import {
  endOfDay,
  endOfSpan,
  judgeEnd,
  keyOf,
  type Offer,
  type OpenRequest,
  readWanted,
  SPANS,
  toScope,
} from './asking-for.ts'
import { judgeReason } from './judge-word.ts'

const DAY_MS = 24 * 60 * 60 * 1000

type Props = {
  /** The narrowest first, which is chosen; none: an ID or a name is asked for. */
  readonly offers: readonly Offer[]
  readonly onSent: (request: OpenRequest) => void
  readonly onCancel: () => void
}

/** Asks for access: what, how long, with which rights, and why. Mounted while it is asked. */
export function AskDialog({ offers, onSent, onCancel }: Props) {
  const { zone } = useZone()
  useFocusGivenBack()
  const form = useRef<HTMLFormElement>(null)
  const [now] = useState(() => new Date())
  const [key, setKey] = useState(offers[0] === undefined ? '' : keyOf(offers[0].wanted))
  const [written, setWritten] = useState('')
  const [span, setSpan] = useState('7')
  const [day, setDay] = useState('')
  const [downloads, setDownloads] = useState(false)
  const [reason, setReason] = useState('')
  const [caseReference, setCaseReference] = useState('')
  const [wasTried, setTried] = useState(false)
  const [isSending, setSending] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)

  const offered = offers.find(({ wanted }) => keyOf(wanted) === key)?.wanted ?? null
  const wanted = offers.length > 0 ? offered : readWanted(written)
  const until = span === 'day' ? endOfDay(day, zone) : endOfSpan(Number(span), now)
  const faults = {
    what: wanted === null ? 'Enter a session ID, an archive ID or the name of a project.' : null,
    day: span === 'day' ? judgeEnd(until, now) : null,
    reason: judgeReason(reason),
  }

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setTried(true)
    const fault = Object.entries(faults).find(([, said]) => said !== null)
    if (fault !== undefined) form.current?.querySelector<HTMLElement>(`[name="${fault[0]}"]`)?.focus()
    if (fault !== undefined || wanted === null || until === null || isSending) return
    setSending(true)
    const answer = await askChange('/access/requests', 'POST', {
      ...toScope(wanted),
      rights: ['recording:find', 'recording:play', ...(downloads ? ['recording:download'] : [])],
      until: until.toISOString(),
      reason: reason.trim(),
      ...(caseReference.trim() !== '' && { caseReference: caseReference.trim() }),
    })
    setSending(false)
    if (!answer.ok) return setProblem(answer.problem)
    onSent({ wanted, lapsesAt: new Date(Date.now() + DECIDE_WITHIN_HOURS * 60 * 60 * 1000) })
  }

  return (
    <Modal
      opened
      onClose={onCancel}
      title="Ask for access"
      size="md"
      // A dialog's heading is no banner of the page.
      attributes={{ header: { role: 'none' } }}
      closeButtonProps={{ 'aria-label': 'Cancel' }}
    >
      <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
        <Stack gap="sm">
          {offers.length > 0 ? (
            <NativeSelect
              name="what"
              label="To what"
              data-autofocus
              value={key}
              onChange={({ currentTarget }) => setKey(currentTarget.value)}
              data={offers.map((offer) => ({ value: keyOf(offer.wanted), label: offer.label }))}
            />
          ) : (
            <TextInput
              name="what"
              label="To what"
              description="A session ID, an archive ID, or the name of a project. An ID is taken whether it is known here or not."
              required
              data-autofocus
              autoComplete="off"
              spellCheck={false}
              value={written}
              onChange={({ currentTarget }) => setWritten(currentTarget.value)}
              error={wasTried && faults.what}
            />
          )}
          {offers.length === 0 && wanted !== null && (
            <Text size="xs" c="dimmed" mt={-8} className="breakable">
              Taken for {TAKEN_FOR[wanted.kind]}.
            </Text>
          )}
          <NativeSelect
            name="span"
            label="How long"
            value={span}
            onChange={({ currentTarget }) => setSpan(currentTarget.value)}
            data={[
              ...SPANS.map(({ days, label }) => ({
                value: String(days),
                label: `${label}, until ${sayMinute(endOfSpan(days, now), zone)}`,
              })),
              { value: 'day', label: 'Until another day' },
            ]}
          />
          {span === 'day' && (
            <TextInput
              type="date"
              name="day"
              label="The last day"
              description={
                until === null || faults.day !== null
                  ? `Days of ${zone}, within ${USUAL_LONGEST_GRANT_DAYS} days from now.`
                  : `Access ends at ${formatMoment(until, zone)}.`
              }
              required
              min={formatDay(now, zone)}
              max={formatDay(new Date(now.getTime() + (USUAL_LONGEST_GRANT_DAYS - 1) * DAY_MS), zone)}
              value={day}
              onChange={({ currentTarget }) => setDay(currentTarget.value)}
              error={wasTried && faults.day}
            />
          )}
          <Checkbox
            name="downloads"
            label="Download, too"
            description="To find and to play is asked for in any case. A file that is downloaded leaves the portal: ask for it where playing does not do."
            checked={downloads}
            onChange={({ currentTarget }) => setDownloads(currentTarget.checked)}
          />
          <Textarea
            name="reason"
            label="Why"
            description="Whoever decides reads this, and it is kept in the log. Write no client’s name and no account number: the case reference leads to them."
            required
            autosize
            minRows={3}
            maxRows={8}
            value={reason}
            onChange={({ currentTarget }) => setReason(currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.current?.requestSubmit()
            }}
            error={wasTried && faults.reason}
          />
          <TextInput
            name="case"
            label="Case reference"
            maxLength={200}
            autoComplete="off"
            value={caseReference}
            onChange={({ currentTarget }) => setCaseReference(currentTarget.value)}
          />
          <Text size="sm">
            What you ask is put on record. An administrator decides within {DECIDE_WITHIN_HOURS} hours,
            perhaps for less or shorter, or it lapses. The bell on the portal’s pages tells you.
          </Text>
          <DialogFoot verb="Ask" isSending={isSending} problem={problem} onCancel={onCancel} />
        </Stack>
      </form>
    </Modal>
  )
}

/** Without its seconds, which are none: it must fit into a line of a telephone, with its zone. */
function sayMinute(at: Date, zone: Zone): string {
  return formatMoment(at, zone).replace(/:00 /, ' ')
}

const TAKEN_FOR = {
  archive: 'an archive ID',
  session: 'a session ID',
  project: 'the name of a project',
} as const
