'use client'

import { Button, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { signIn } from './next-auth.ts'

type Props = { readonly provider: string; readonly callbackUrl: string; readonly failure: string | null }

export function SignInPanel({ provider, callbackUrl, failure }: Props) {
  const [isLeaving, setLeaving] = useState(false)
  const [said, setSaid] = useState(failure)
  const leave = async (): Promise<void> => {
    setLeaving(true)
    setSaid(null)
    try {
      await signIn(callbackUrl)
    } catch {
      setLeaving(false)
      setSaid('The portal does not answer. Check the connection and try again in a minute.')
    }
  }
  return (
    <Stack className="plate" gap="sm" align="flex-start">
      <Title order={1}>Sign in</Title>
      <Text maw="52ch">
        Recordings of calls, for those who may review them. Whatever is searched, opened and played here is
        put on record.
      </Text>
      {said !== null && (
        <Text component="div" className="notice" role="alert">
          {said}
        </Text>
      )}
      <Button className="wrapping" onClick={() => void leave()} loading={isLeaving} autoFocus>
        Sign in with {provider}
      </Button>
    </Stack>
  )
}
