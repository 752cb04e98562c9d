'use client'

import { Button } from '@mantine/core'
import { useState } from 'react'
import { WordDialog } from './word-dialog.tsx'

type Props = { readonly personId: string; readonly name: string; readonly isDisabled: boolean }

/** Shuts somebody out, or lets them in again, with a word. */
export function DisableButton({ personId, name, isDisabled }: Props) {
  const [isAsked, setAsked] = useState(false)
  const does = isDisabled ? 'Enable' : 'Disable'
  return (
    <>
      <Button
        size="xs"
        variant="default"
        onClick={() => setAsked(true)}
        {...(!isDisabled && { c: 'var(--bad)' })}
      >
        {does}
      </Button>
      {isAsked && (
        <WordDialog
          title={`${does} ${name}?`}
          label="Why"
          shortest={10}
          confirm={does}
          isBad={!isDisabled}
          change={(word) => ({
            address: `/access/people/${personId}/state`,
            method: 'PUT',
            json: { disabled: !isDisabled, word },
            said: isDisabled
              ? `${name} may sign in again.`
              : `${name} is disabled. Their sign-ins and what they played have ended.`,
          })}
          onClose={() => setAsked(false)}
        >
          {isDisabled
            ? 'They may sign in again, and hold what they held before as far as it has not ended.'
            : 'They are signed out everywhere at once, what they play stops within seconds, and they cannot sign in. Roles and grants stay as they are.'}
        </WordDialog>
      )}
    </>
  )
}
