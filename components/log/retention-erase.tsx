'use client'

import { Button } from '@mantine/core'
import { useState } from 'react'
import type { LoggedEvent } from '../../lib/audit/logged-event.ts'
import { WordDialog } from '../access/word-dialog.tsx'
import { isErased } from './is-erased.ts'
import { REASON_STAYS } from './reason-hint.ts'

type Props = {
  readonly event: Pick<
    LoggedEvent,
    'id' | 'eventId' | 'actorName' | 'actorEmail' | 'address' | 'userAgent' | 'reason' | 'caseReference'
  >
}

/** Where a line of the log is open: asks that its personal values are erased. Nothing where it holds none. */
export function RetentionErase({ event }: Props) {
  const [isAsking, setAsking] = useState(false)
  const { id, eventId, actorName, actorEmail, address, userAgent, reason, caseReference } = event
  const isHolding = [actorName, actorEmail, address, userAgent, reason, caseReference].some(
    (value) => value !== null && !isErased(value),
  )
  if (!isHolding) return null
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => setAsking(true)}
        aria-label={`Ask to erase its personal values: line ${id}`}
      >
        Ask to erase its personal values
      </Button>
      {isAsking && (
        <WordDialog
          title={`Erase the personal values of line ${id}`}
          label="Why they must go"
          shortest={10}
          hint={REASON_STAYS}
          confirm="Ask"
          isBad
          change={(word) => ({
            address: '/audit/erasures',
            method: 'POST',
            json: { eventId, reason: word },
            said: 'Asked: an administrator decides.',
          })}
          onClose={() => setAsking(false)}
        >
          Name, mail, address, browser, reason and case of this line go for good once an administrator agrees.
          The line, its hashes and every proof stand.
        </WordDialog>
      )}
    </>
  )
}
