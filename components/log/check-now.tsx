'use client'

import { ChangeButton } from '../access/change-button.tsx'
import { DoneProvider } from '../access/done.tsx'

/** Asks for a check of the whole log. */
export function CheckNow() {
  return (
    <DoneProvider>
      <ChangeButton
        about="the whole log"
        change={{
          ...{ address: '/audit/checks', method: 'POST' },
          said: 'The whole log is being checked. What is found stands here and on record.',
        }}
      >
        Check now
      </ChangeButton>
    </DoneProvider>
  )
}
