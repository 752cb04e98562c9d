'use client'

import { Text } from '@mantine/core'
import { useState } from 'react'
import type { RecordingLine } from '../../lib/access/lists/list-recordings.ts'
import { type Column, DataTable } from '../data-table.tsx'
import { Dim } from '../frame/dim.tsx'
import { Moment } from '../frame/moment.tsx'
import { RowButton } from './row-button.tsx'
import { WordDialog } from './word-dialog.tsx'

const COLUMNS: readonly Column<RecordingLine>[] = [
  {
    id: 'recording',
    header: 'Recording',
    lead: true,
    cell: ({ archiveId }) => (
      <Text span ff="monospace" size="xs" className="id">
        {archiveId}
      </Text>
    ),
  },
  { id: 'made', header: 'Made', cell: ({ createdAt }) => <Moment at={createdAt} /> },
  { id: 'project', header: 'Project', cell: ({ project }) => project },
  { id: 'restricted', header: 'Opened by', cell: (recording) => <OpenedBy recording={recording} /> },
  { id: 'do', header: 'Action', cell: (recording) => <Restrict recording={recording} /> },
]

/** The recordings that are looked at: whether wide grants open them, and the way to change that. */
export function RecordingsTable({ recordings }: { recordings: readonly RecordingLine[] }) {
  return (
    <DataTable label="Recordings" columns={COLUMNS} rows={recordings} rowId={({ archiveId }) => archiveId} />
  )
}

function OpenedBy({ recording: { restrictedAt, restrictedBy } }: { recording: RecordingLine }) {
  if (restrictedAt === null) return <>any grant that reaches it</>
  return (
    <div>
      <span className="tag" data-tone="warn">
        restricted
      </span>{' '}
      grants alone that name it or its session
      <Dim>
        {restrictedBy !== null && `${restrictedBy}, `}
        <Moment at={restrictedAt} />
      </Dim>
    </div>
  )
}

function Restrict({ recording: { archiveId, restrictedAt } }: { recording: RecordingLine }) {
  const [isAsked, setAsked] = useState(false)
  const isRestricted = restrictedAt !== null
  const does = isRestricted ? 'Lift restriction' : 'Restrict'
  return (
    <>
      <RowButton about={`recording ${archiveId}`} onClick={() => setAsked(true)}>
        {does}
      </RowButton>
      {isAsked && (
        <WordDialog
          title={isRestricted ? 'Lift the restriction?' : 'Restrict this recording?'}
          label="Why"
          shortest={10}
          confirm={does}
          change={(word) => ({
            address: `/access/archives/${archiveId}/restriction`,
            method: 'PUT',
            json: { restricted: !isRestricted, word },
            said: isRestricted ? 'The restriction is lifted.' : 'Restricted. Wide grants find it only.',
          })}
          onClose={() => setAsked(false)}
        >
          {isRestricted
            ? 'Every grant that reaches it opens it again.'
            : 'It can still be found, but only grants that name it or its session open it. What others play of it stops within seconds.'}
        </WordDialog>
      )}
    </>
  )
}
