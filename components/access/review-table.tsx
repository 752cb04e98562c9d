'use client'

import { Group, Kbd, Progress, Text } from '@mantine/core'
import { createContext, useContext, useRef, useState } from 'react'
import type { ReviewLine } from '../../lib/access/lists/list-review.ts'
import { type Column, DataTable } from '../data-table.tsx'
import { Dim } from '../frame/dim.tsx'
import { Moment } from '../frame/moment.tsx'
import { Refused } from '../frame/refused.tsx'
import { FOR_ALL, Locked } from './locked.tsx'
import { nameOfHolder } from './name-of-holder.ts'
import { countReviewed, isOpen, type ReviewState, type Verdict } from './review-state.ts'
import classes from './review-table.module.css'
import { RowButton } from './row-button.tsx'
import { sayRights, sayScope } from './say-scope.ts'
import { ScopeLine } from './scope-line.tsx'
import { useReview } from './use-review.ts'
import { GroupName, Who } from './who.tsx'
import { Why } from './why.tsx'

type Props = {
  readonly lines: readonly ReviewLine[]
  /** How many there are, should they be more than these. */
  readonly total: number
}

type Reviewing = {
  readonly state: ReviewState
  readonly decide: (id: string, verdict: Verdict) => void
  readonly pointAt: (id: string) => void
}

const ReviewContext = createContext<Reviewing>({
  state: { ids: [], lockedIds: new Set(), cursor: 0, reviewed: new Map() },
  decide: () => {},
  pointAt: () => {},
})

const COLUMNS: readonly Column<ReviewLine>[] = [
  { id: 'who', header: 'Who', lead: true, cell: (line) => <Lead line={line} /> },
  {
    id: 'what',
    header: 'What',
    cell: ({ scope, rights }) => (
      <div>
        <ScopeLine scope={scope} leads />
        <Dim>{sayRights(rights)}</Dim>
      </div>
    ),
  },
  { id: 'why', header: 'Why', cell: (line) => <Why {...line} /> },
  { id: 'review', header: 'Why reviewed', cell: (line) => <WhyReviewed line={line} /> },
  { id: 'by', header: 'Given by', cell: (line) => <GivenBy line={line} /> },
  { id: 'do', header: 'Verdict', cell: (line) => <VerdictOf line={line} /> },
]

const idOf = ({ id }: ReviewLine): string => id
/** Nobody reviews what they hold, nor what reaches further than they manage. */
const isLocked = ({ isHeld, mayDecide }: ReviewLine): boolean => isHeld || !mayDecide

/** Grants to be kept or removed, one key each. The list stays while the review goes on, so that nothing moves under a hand. */
export function ReviewTable({ lines, total }: Props) {
  const [rows] = useState(lines)
  const list = useRef<HTMLDivElement>(null)
  const review = useReview({ ids: rows.map(idOf), lockedIds: new Set(rows.filter(isLocked).map(idOf)) }, list)
  const { mine, done, kept, removed } = countReviewed(review.state)
  return (
    <ReviewContext value={review}>
      <Group gap="sm" justify="space-between">
        <Group gap="xs">
          <Text size="sm" role="status" className="tabular">
            {mine === 0
              ? 'These are for other administrators to review'
              : `${done} of ${mine} reviewed${done > 0 ? `: ${kept} kept, ${removed} removed` : ''}`}
          </Text>
          {mine > 0 && <Progress value={(100 * done) / mine} w={160} size="sm" aria-label="Reviewed" />}
        </Group>
        <Text size="xs" c="dimmed" className={classes.keys}>
          <Kbd size="xs">↓</Kbd> or <Kbd size="xs">J</Kbd> next, <Kbd size="xs">↑</Kbd> back,{' '}
          <Kbd size="xs">K</Kbd> keep, <Kbd size="xs">R</Kbd> remove
        </Text>
      </Group>
      {total > rows.length && (
        <Text size="sm" className="notice">
          These are the first {rows.length.toLocaleString('en')} of {total.toLocaleString('en')}, those that
          end soonest. Load the page again once they are reviewed.
        </Text>
      )}
      <div ref={list} className={classes.list}>
        <DataTable label="Grants to review" columns={COLUMNS} rows={rows} rowId={idOf} />
      </div>
    </ReviewContext>
  )
}

/** The line that the cursor is on, and that takes the focus when it comes by key. */
function Lead({ line: { id, holder, scope } }: { line: ReviewLine }) {
  const { state } = useContext(ReviewContext)
  const at = state.ids.indexOf(id)
  const name = nameOfHolder(holder)
  return (
    // biome-ignore lint/a11y/useSemanticElements: a part of a row, which a fieldset is not
    <div
      role="group"
      tabIndex={-1}
      data-grant={id}
      data-cursor={at === state.cursor || undefined}
      data-reviewed={!isOpen(state, id) || undefined}
      aria-label={`${at + 1} of ${state.ids.length}: ${name}, ${sayScope(scope)}`}
      className={classes.lead}
    >
      {holder.kind === 'group' ? (
        <GroupName name={name} />
      ) : (
        <Who personId={holder.id} name={name} email={holder.email} />
      )}
    </div>
  )
}

function WhyReviewed({ line: { why, lastUsedAt, validUntil } }: { line: ReviewLine }) {
  return (
    <div>
      <span className="tag" data-tone="warn">
        {why === 'ending' ? 'ends soon' : 'unused'}
      </span>
      <Dim>
        until <Moment at={validUntil} />
      </Dim>
      <Dim>{lastUsedAt === null ? 'never used' : <LastUsed at={lastUsedAt} />}</Dim>
    </div>
  )
}

function LastUsed({ at }: { at: Date }) {
  return (
    <>
      last used <Moment at={at} />
    </>
  )
}

function GivenBy({ line: { givenBy, givenAt } }: { line: ReviewLine }) {
  return (
    <div>
      <div className="breakable">{givenBy ?? 'the access file'}</div>
      <Dim>
        <Moment at={givenAt} />
      </Dim>
    </div>
  )
}

function VerdictOf({ line: { id, holder, scope, isHeld, mayDecide } }: { line: ReviewLine }) {
  const { state, decide, pointAt } = useContext(ReviewContext)
  const reviewed = state.reviewed.get(id)
  if (reviewed?.kind === 'sending' || reviewed?.kind === 'done') {
    const { kind, verdict } = reviewed
    return (
      <span className="tag" data-tone={kind === 'sending' ? undefined : verdict === 'keep' ? 'good' : 'bad'}>
        {kind === 'sending' ? 'is being put on record' : verdict === 'keep' ? 'kept' : 'removed'}
      </span>
    )
  }
  if (!mayDecide) return <Locked>{FOR_ALL}</Locked>
  if (isHeld) return <Locked>Yours, or your group’s: another administrator reviews it.</Locked>
  const about = `${nameOfHolder(holder)}, ${sayScope(scope)}`
  return (
    <div>
      <Group gap={6} wrap="nowrap">
        <RowButton about={about} onFocus={() => pointAt(id)} onClick={() => decide(id, 'keep')}>
          Keep
        </RowButton>
        <RowButton about={about} tone="bad" onFocus={() => pointAt(id)} onClick={() => decide(id, 'remove')}>
          Remove
        </RowButton>
      </Group>
      {reviewed?.kind === 'refused' && <Refused problem={reviewed.problem} />}
    </div>
  )
}
