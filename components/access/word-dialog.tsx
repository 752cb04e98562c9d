'use client'

import { Modal, Stack, Text, Textarea } from '@mantine/core'
import { type FormEvent, type ReactNode, useRef, useState } from 'react'
import { DialogFoot } from '../frame/dialog-foot.tsx'
import { useFocusGivenBack } from '../session/use-focus.ts'
import { judgeWord } from './judge-word.ts'
import { type Change, useChange } from './use-change.ts'

type Props = {
  readonly title: string
  /** What will happen. */
  readonly children: ReactNode
  /** What the word is for. */
  readonly label: string
  /** The fewest characters that say something; 0: it may be left empty. */
  readonly shortest: number
  /** What whoever writes one should know. */
  readonly hint?: string
  /** What the button says that does it. */
  readonly confirm: string
  readonly isBad?: boolean
  readonly change: (word: string) => Change
  readonly onClose: () => void
}

/** Asks for a word before something is done. Mounted while it is asked; what was typed stays when it is refused. */
export function WordDialog(props: Props) {
  const { title, children, label, shortest, hint, confirm, isBad = false, change, onClose } = props
  useFocusGivenBack()
  const field = useRef<HTMLTextAreaElement>(null)
  const [word, setWord] = useState('')
  const [wasTried, setTried] = useState(false)
  const { isSending, problem, send } = useChange()
  const fault = judgeWord(word, shortest)
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setTried(true)
    if (fault !== null) return field.current?.focus()
    if (await send(change(word.trim()))) onClose()
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size="md"
      // A dialog's heading is no banner of the page.
      attributes={{ header: { role: 'none' } }}
      closeButtonProps={{ 'aria-label': 'Cancel' }}
    >
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack gap="sm">
          <Text component="div" size="sm" className="breakable">
            {children}
          </Text>
          <Textarea
            ref={field}
            label={label}
            description={shortest === 0 ? 'May be left empty.' : hint}
            required={shortest > 0}
            data-autofocus
            autosize
            minRows={2}
            maxRows={8}
            value={word}
            onChange={({ currentTarget }) => setWord(currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey))
                event.currentTarget.form?.requestSubmit()
            }}
            error={wasTried && fault}
          />
          <DialogFoot
            verb={confirm}
            isBad={isBad}
            isSending={isSending}
            problem={problem}
            onCancel={onClose}
          />
        </Stack>
      </form>
    </Modal>
  )
}
