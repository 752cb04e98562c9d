'use client'

import { Refused } from '../frame/refused.tsx'
import { RowButton } from './row-button.tsx'
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
      <RowButton about={about} isBusy={isSending} onClick={() => void send(change)}>
        {children}
      </RowButton>
      {problem !== null && <Refused problem={problem} />}
    </div>
  )
}
