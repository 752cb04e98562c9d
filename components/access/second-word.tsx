'use client'

import { Group } from '@mantine/core'
import { useState } from 'react'
import type { AccessLine } from '../../lib/access/lists/access-line.ts'
import { Moment } from '../frame/moment.tsx'
import { FOR_ALL, Locked } from './locked.tsx'
import { nameOfHolder } from './name-of-holder.ts'
import { RowButton } from './row-button.tsx'
import { sayRights, sayScope } from './say-scope.ts'
import { WordDialog } from './word-dialog.tsx'

/** The second administrator approves a grant, or refuses it with a word. Nobody is their own second. */
export function SecondWord({ line }: { line: AccessLine }) {
  const [asked, setAsked] = useState<'approve' | 'refuse' | null>(null)
  const { id, holder, scope, rights, isOwn, mayDecide, givenBy } = line
  if (!mayDecide) return <Locked>{FOR_ALL}</Locked>
  if (isOwn) return <Locked>You gave it, asked for it or hold it: another administrator decides it.</Locked>
  const about = `${nameOfHolder(holder)}’s grant on ${sayScope(scope)}`
  const decide = (approve: boolean) => (word: string) => ({
    address: `/access/grants/${id}/approval`,
    method: 'POST' as const,
    json: { approve, ...(word !== '' && { word }) },
    said: `${approve ? 'Approved' : 'Refused'}: ${about}.`,
  })
  const what = (
    <>
      {nameOfHolder(holder)}, {sayScope(scope)}: {sayRights(rights)}, from <Moment at={line.validFrom} />{' '}
      until <Moment at={line.validUntil} />. Given by {givenBy ?? 'the access file'}: “{line.reason}”
      {line.caseReference !== null && ` (case ${line.caseReference})`}
    </>
  )
  return (
    <Group gap={6} wrap="nowrap">
      <RowButton about={about} tone="main" onClick={() => setAsked('approve')}>
        Approve
      </RowButton>
      <RowButton about={about} onClick={() => setAsked('refuse')}>
        Refuse
      </RowButton>
      {asked === 'approve' && (
        <WordDialog
          title="Approve as the second administrator"
          label="A word"
          shortest={0}
          confirm="Approve"
          change={decide(true)}
          onClose={() => setAsked(null)}
        >
          {what}
        </WordDialog>
      )}
      {asked === 'refuse' && (
        <WordDialog
          title="Refuse as the second administrator"
          label="Why"
          shortest={3}
          confirm="Refuse"
          isBad
          change={decide(false)}
          onClose={() => setAsked(null)}
        >
          {what}
        </WordDialog>
      )}
    </Group>
  )
}
