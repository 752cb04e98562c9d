'use client'

import { Button, Text } from '@mantine/core'
import { useState } from 'react'
import { signIn } from '../frame/next-auth.ts'
import { rememberStepUp, type StepUp } from './step-up.ts'

type Props = {
  readonly goOn: StepUp
  /** Where to come back to: the same archive, at the same second. */
  readonly here: string
  readonly maxAuthAgeSeconds: number
  readonly children: string
}

/** Leads through the sign-in service, which asks anew where its own sign-in is too old, and back. */
export function StepUpButton({ goOn, here, maxAuthAgeSeconds, children }: Props) {
  const [isLeaving, setLeaving] = useState(false)
  const [hasFailed, setFailed] = useState(false)
  const leave = async (): Promise<void> => {
    setLeaving(true)
    setFailed(false)
    rememberStepUp(goOn)
    try {
      await signIn(here, { maxAuthAgeSeconds })
    } catch {
      setLeaving(false)
      setFailed(true)
    }
  }
  return (
    <>
      <Button className="wrapping" onClick={() => void leave()} loading={isLeaving}>
        {children}
      </Button>
      {hasFailed && (
        <Text size="sm" c="var(--bad)" role="alert">
          The portal does not answer. Check the connection, then try again.
        </Text>
      )}
    </>
  )
}
