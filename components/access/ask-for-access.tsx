'use client'

import { Button } from '@mantine/core'
import { useState } from 'react'
import { AskDialog } from './ask-dialog.tsx'
import { useDone } from './done.tsx'

/** Asks for access to whatever is named; what was asked for stands in the list below then. */
export function AskForAccess() {
  const done = useDone()
  const [isAsking, setAsking] = useState(false)
  return (
    <>
      <Button size="xs" onClick={() => setAsking(true)}>
        Ask for access
      </Button>
      {isAsking && (
        <AskDialog
          offers={[]}
          onCancel={() => setAsking(false)}
          onSent={() => {
            setAsking(false)
            done('Asked. An administrator decides, and the bell tells you.')
          }}
        />
      )}
    </>
  )
}
