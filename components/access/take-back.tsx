'use client'

import { useState } from 'react'
import type { AccessLine } from '../../lib/access/lists/access-line.ts'
import { FOR_ALL, Locked } from './locked.tsx'
import { nameOfHolder } from './name-of-holder.ts'
import { RowButton } from './row-button.tsx'
import { sayRights, sayScope } from './say-scope.ts'
import { WordDialog } from './word-dialog.tsx'

/** Takes a grant back with a word, while there is something to take. */
export function TakeBack({ line }: { line: AccessLine }) {
  const [isAsked, setAsked] = useState(false)
  const { id, state, holder, scope, mayDecide } = line
  if (state !== 'in force' && state !== 'not yet' && state !== 'awaiting') return null
  if (!mayDecide) return <Locked>{FOR_ALL}</Locked>
  const about = `${nameOfHolder(holder)}’s grant on ${sayScope(scope)}`
  return (
    <>
      <RowButton about={about} onClick={() => setAsked(true)}>
        Take back
      </RowButton>
      {isAsked && (
        <WordDialog
          title="Take the grant back?"
          label="Why"
          shortest={3}
          confirm="Take back"
          isBad
          change={(word) => ({
            address: `/access/grants/${id}`,
            method: 'DELETE',
            json: { word },
            said: `Taken back: ${about}.`,
          })}
          onClose={() => setAsked(false)}
        >
          {nameOfHolder(holder)}, {sayScope(scope)}: {sayRights(line.rights)}. What is played under it stops
          within seconds. It cannot be undone; a new grant can be given.
        </WordDialog>
      )}
    </>
  )
}
