'use client'

import { Button, Group } from '@mantine/core'
import { useState } from 'react'
import type { ChangeLine } from '../../lib/projects/list-changes.ts'
import { Locked } from '../access/locked.tsx'
import { WordDialog } from '../access/word-dialog.tsx'
import { sayChanged } from '../frame/say-notice.ts'
import { CHANGE_WORDS } from './change-words.ts'

/** Approves a change of a project, or refuses it with a word. Nobody decides their own. */
export function ChangeButtons({ change }: { change: ChangeLine }) {
  const [asked, setAsked] = useState<'approve' | 'refuse' | null>(null)
  const { id, kind, lines, isOwn } = change
  const of = sayChanged(change.about)
  if (isOwn) return <Locked>Yours: another administrator decides it.</Locked>
  const about = `the change of ${of}: ${CHANGE_WORDS[kind].toLowerCase()}`
  const approves = asked === 'approve'
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
      {asked !== null && (
        <WordDialog
          title={`${approves ? 'Approve' : 'Refuse'} a change of ${of}`}
          label={
            approves ? 'A word for the record' : `A word to ${change.proposedBy ?? 'whoever runs the server'}`
          }
          shortest={approves ? 0 : 10}
          confirm={approves ? 'Approve' : 'Refuse'}
          isBad={!approves}
          change={(word) => ({
            address: `/projects/changes/${id}/decision`,
            method: 'POST',
            json: { approve: approves, ...(word !== '' && { word }) },
            said: `${approves ? 'Approved' : 'Refused'}: ${about}.`,
          })}
          onClose={() => setAsked(null)}
        >
          {lines.map((line) => (
            <div key={line}>{line}</div>
          ))}
          {approves ? 'It holds as soon as you approve it.' : 'Nothing of it is done.'}
        </WordDialog>
      )}
    </Group>
  )
}
