'use client'

import type { SignInLine } from '../../lib/access/people/list-sign-ins.ts'
import { type Column, DataTable } from '../data-table.tsx'
import { Moment } from '../frame/moment.tsx'
import { ChangeButton } from './change-button.tsx'

const COLUMNS: readonly Column<SignInLine>[] = [
  {
    id: 'device',
    header: 'Device',
    lead: true,
    cell: ({ device, isThis }) => (
      <>
        <span className="breakable">{device}</span>{' '}
        {isThis && (
          <span className="tag" data-tone="good">
            this one
          </span>
        )}
      </>
    ),
  },
  { id: 'address', header: 'Address', cell: ({ address }) => address ?? 'unknown' },
  { id: 'seen', header: 'Last seen', cell: ({ lastSeenAt }) => <Moment at={lastSeenAt} /> },
  { id: 'started', header: 'Signed in', cell: ({ startedAt }) => <Moment at={startedAt} /> },
  { id: 'expires', header: 'Ends at the latest', cell: ({ expiresAt }) => <Moment at={expiresAt} /> },
  {
    id: 'end',
    header: 'Action',
    cell: ({ id, device, address }) => (
      <ChangeButton
        about={`the sign-in on ${device}, ${address ?? 'address unknown'}`}
        change={{
          address: `/access/sign-ins/${id}`,
          method: 'DELETE',
          said: `Ended: the sign-in on ${device}. What played under it stops within seconds.`,
        }}
      >
        End
      </ChangeButton>
    ),
  },
]

/** Where somebody is signed in, each with the way to end it. */
export function SignInsTable({ signIns }: { signIns: readonly SignInLine[] }) {
  return <DataTable label="Sign-ins" columns={COLUMNS} rows={signIns} rowId={({ id }) => id} />
}
