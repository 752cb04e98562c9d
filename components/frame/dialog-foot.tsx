import { Button, Group } from '@mantine/core'
import type { Problem } from './asking.ts'
import { Refused } from './refused.tsx'

type Props = {
  /** What the button says that sends the form. */
  readonly verb: string
  readonly isBad?: boolean
  readonly isSending: boolean
  readonly problem: Problem | null
  readonly onCancel: () => void
}

/** The end of a dialog's form: what was refused, and the way out and on. */
export function DialogFoot({ verb, isBad = false, isSending, problem, onCancel }: Props) {
  return (
    <>
      {problem !== null && <Refused problem={problem} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" loading={isSending} {...(isBad && { color: 'red.9' })}>
          {verb}
        </Button>
      </Group>
    </>
  )
}
