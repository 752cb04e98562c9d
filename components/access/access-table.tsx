'use client'

import type { AccessLine } from '../../lib/access/lists/access-line.ts'
import { type Column, DataTable } from '../data-table.tsx'
import { ABOUT, WHAT, WHO } from './access-columns.tsx'
import { KnownPeopleNote } from './known-people.tsx'
import { SecondWord } from './second-word.tsx'
import { TakeBack } from './take-back.tsx'

const OF_SCOPE: readonly Column<AccessLine>[] = [
  WHO,
  WHAT,
  ...ABOUT,
  { id: 'do', header: 'Action', cell: (line) => <TakeBack line={line} /> },
]
const OF_PERSON: readonly Column<AccessLine>[] = [
  { ...WHAT, lead: true },
  ...ABOUT,
  { id: 'do', header: 'Action', cell: (line) => <TakeBack line={line} /> },
]
const AWAITING: readonly Column<AccessLine>[] = [
  WHO,
  WHAT,
  ...ABOUT,
  { id: 'decide', header: 'Decide', cell: (line) => <SecondWord line={line} /> },
]

type Props = { readonly lines: readonly AccessLine[] }

const idOf = ({ id }: AccessLine): string => id

/** Who can see something: each grant with its why and its end, and the way to take it back. */
export function AccessTable({ lines }: Props) {
  return (
    <>
      <DataTable label="Who can see this" columns={OF_SCOPE} rows={lines} rowId={idOf} />
      <KnownPeopleNote lines={lines} />
    </>
  )
}

/** What somebody can see, the same way. */
export function PersonAccessTable({ lines }: Props) {
  return <DataTable label="What this person can see" columns={OF_PERSON} rows={lines} rowId={idOf} />
}

/** What counts only once a second administrator has approved it. */
export function AwaitingTable({ lines }: Props) {
  return <DataTable label="Waiting for a second administrator" columns={AWAITING} rows={lines} rowId={idOf} />
}
