'use client'

import { Button } from '@mantine/core'
import { Refused } from '../frame/refused.tsx'
import { type Change, useChange } from './use-change.ts'

type Props = {
  readonly children: string
  /** What it is done to, for those who hear it. */
  readonly about: string
  readonly change: Change
}

/** Does one thing at once; what is refused is said beside it. */
export function ChangeButton({ children, about, change }: Props) {
  const { isSending, problem, send } = useChange()
  return (
    <div>
      <Button
        size="compact-sm"
        variant="default"
        loading={isSending}
        aria-label={`${children} ${about}`}
        onClick={() => void send(change)}
      >
        {children}
      </Button>
      {problem !== null && <Refused problem={problem} />}
    </div>
  )
}
