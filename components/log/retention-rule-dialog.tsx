'use client'

import { Checkbox, Modal, NativeSelect, NumberInput, Stack, Text } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { LogRuleLine } from '../../lib/audit/retention/list-log-rules.ts'
import { judgeLogRule, LOG_RULE_PRESETS, MOST_MONTHS } from '../../lib/audit/retention/log-rule.ts'
import { useChange } from '../access/use-change.ts'
import { DialogFoot } from '../frame/dialog-foot.tsx'
import { useFocusGivenBack } from '../session/use-focus.ts'
import { RetentionPreview } from './retention-preview.tsx'

type Props = { readonly line: LogRuleLine; readonly onClose: () => void }

/** Months as they are typed; an empty field says nothing yet. */
type Typed = { readonly months: number | ''; readonly isForGood: boolean }

/** Proposes how long a project's part of the log is kept. Mounted while it is filled in. */
export function RetentionRuleDialog({ line: { project, rule }, onClose }: Props) {
  useFocusGivenBack()
  const [content, setContent] = useState<Typed>(toTyped(rule, rule?.contentMonths))
  const [lines, setLines] = useState<Typed>(toTyped(rule, rule?.linesMonths))
  const [wasTried, setTried] = useState(false)
  const { isSending, problem, send } = useChange()
  const wanted = { contentMonths: toMonths(content), linesMonths: toMonths(lines) }
  const fault = judgeLogRule(wanted)
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setTried(true)
    if (fault !== null) return
    const isProposed = await send({
      address: '/projects/log-rules',
      method: 'POST',
      json: { project: project?.name ?? null, ...wanted },
      said: 'Proposed: it waits for a second administrator.',
    })
    if (isProposed) onClose()
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={`How long the log of ${project?.name ?? 'the portal itself'} is kept`}
      size="md"
      // A dialog's heading is no banner of the page.
      attributes={{ header: { role: 'none' } }}
      closeButtonProps={{ 'aria-label': 'Cancel' }}
    >
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack gap="sm">
          <NativeSelect
            label="What others are bound to"
            description="Suggestions. Which law binds you, you know."
            data-autofocus
            defaultValue=""
            onChange={({ currentTarget }) => {
              const preset = LOG_RULE_PRESETS.find(({ name }) => name === currentTarget.value)
              if (preset === undefined) return
              setContent({ months: preset.contentMonths ?? '', isForGood: preset.contentMonths === null })
              setLines({ months: preset.linesMonths ?? '', isForGood: preset.linesMonths === null })
            }}
            data={[
              { value: '', label: 'Choose yourself' },
              ...LOG_RULE_PRESETS.map(({ name }) => ({ value: name, label: name })),
            ]}
          />
          <Months
            label="Personal values"
            what="Names, mails, addresses, reasons and cases"
            typed={content}
            onChange={setContent}
          />
          <Months
            label="Lines"
            what="The lines themselves, at least as long"
            typed={lines}
            onChange={setLines}
          />
          {fault === null && <RetentionPreview project={project?.name ?? null} {...wanted} />}
          {wasTried && fault !== null && (
            <Text size="sm" c="var(--bad)" role="alert">
              {fault}
            </Text>
          )}
          <DialogFoot verb="Propose" isSending={isSending} problem={problem} onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  )
}

type MonthsProps = {
  readonly label: string
  readonly what: string
  readonly typed: Typed
  readonly onChange: (typed: Typed) => void
}

function Months({ label, what, typed, onChange }: MonthsProps) {
  return (
    <div>
      <NumberInput
        label={`${label}, in months`}
        description={`${what}.`}
        min={1}
        max={MOST_MONTHS}
        allowDecimal={false}
        allowNegative={false}
        disabled={typed.isForGood}
        value={typed.isForGood ? '' : typed.months}
        onChange={(value) => onChange({ ...typed, months: typeof value === 'number' ? value : '' })}
      />
      <Checkbox
        mt={6}
        size="sm"
        label={`${label} are kept for good`}
        checked={typed.isForGood}
        onChange={({ currentTarget }) => onChange({ ...typed, isForGood: currentTarget.checked })}
      />
    </div>
  )
}

function toTyped(rule: LogRuleLine['rule'], months: number | null | undefined): Typed {
  return { months: months ?? '', isForGood: rule !== null && months === null }
}

/** Zero, which no rule has, where nothing is typed. */
function toMonths({ months, isForGood }: Typed): number | null {
  if (isForGood) return null
  return months === '' ? 0 : months
}
