'use client'

import { Group } from '@mantine/core'
import { useState } from 'react'
import type { RequestLine } from '../../lib/access/requests/request-line.ts'
import { ApproveDialog } from './approve-dialog.tsx'
import { Locked } from './locked.tsx'
import { RowButton } from './row-button.tsx'
import { isKnown, sayScope } from './say-scope.ts'
import { WordDialog } from './word-dialog.tsx'

/** Approves a request, or refuses it with a word. Nobody decides their own, nor approves what nothing is known of. */
export function DecideButtons({ request }: { request: RequestLine }) {
  const [asked, setAsked] = useState<'approve' | 'refuse' | null>(null)
  const { id, asker, isOwn, scope } = request
  if (isOwn) return <Locked>Yours: another administrator decides it.</Locked>
  const about = `${asker.name}’s request for ${sayScope(scope)}`
  const close = () => setAsked(null)
  return (
    <Group gap={6} wrap="nowrap">
      {isKnown(scope) && (
        <RowButton about={about} tone="main" onClick={() => setAsked('approve')}>
          Approve
        </RowButton>
      )}
      <RowButton about={about} onClick={() => setAsked('refuse')}>
        Refuse
      </RowButton>
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
