'use client'

import { Button, Group } from '@mantine/core'
import { useState } from 'react'
import type { RequestLine } from '../../lib/access/request-line.ts'
import { ApproveDialog } from './approve-dialog.tsx'
import { Locked } from './locked.tsx'
import { sayScope } from './say-scope.ts'
import { WordDialog } from './word-dialog.tsx'

/** Approves a request, or refuses it with a word. Nobody decides their own. */
export function DecideButtons({ request }: { request: RequestLine }) {
  const [asked, setAsked] = useState<'approve' | 'refuse' | null>(null)
  const { id, asker, isOwn, scope } = request
  if (isOwn) return <Locked>Yours: another administrator decides it.</Locked>
  const about = `${asker.name}’s request for ${sayScope(scope)}`
  const close = () => setAsked(null)
  return (
    <Group gap={6} wrap="nowrap">
      <Button size="compact-sm" onClick={() => setAsked('approve')} aria-label={`Approve ${about}`}>
        Approve
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => setAsked('refuse')}
        aria-label={`Refuse ${about}`}
      >
        Refuse
      </Button>
      {asked === 'approve' && <ApproveDialog request={request} onClose={close} />}
      {asked === 'refuse' && (
        <WordDialog
          title={`Refuse ${asker.name}’s request`}
          label={`A word to ${asker.name}`}
          shortest={3}
          confirm="Refuse"
          isBad
          change={(word) => ({
            address: `/access/requests/${id}/decision`,
            method: 'POST',
            json: { approve: false, word },
            said: `Refused: ${about}.`,
          })}
          onClose={close}
        >
          For {sayScope(scope)}. They are told, with your word.
        </WordDialog>
      )}
    </Group>
  )
}
