'use client'

import { Text, UnstyledButton } from '@mantine/core'
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { createContext, useContext, useState } from 'react'
import type { LogReview } from '../../lib/audit/aids/find-reviews.ts'
import type { Origin } from '../../lib/audit/find-origins.ts'
import type { LoggedEvent } from '../../lib/audit/logged-event.ts'
import { isErrorCode } from '../../lib/errors.ts'
import { type Column, DataTable } from '../data-table.tsx'
import { Dim } from '../frame/dim.tsx'
import { TextLink } from '../frame/link.tsx'
import { Moment } from '../frame/moment.tsx'
import { shorten } from '../shorten.ts'
import { formatDuration } from '../times.ts'
import { ACTION_WORDS, ERROR_WORDS } from '../words.ts'
import { describeClaimed, describeMedia, describeServed, describeWindow } from './describe-event.ts'
import { EventFacts } from './event-facts.tsx'
import { findMarks } from './find-marks.ts'
import { isErased } from './is-erased.ts'
import { filterPath, isFiltered, type LogAddress, logPath } from './log-links.ts'
import classes from './log-table.module.css'
import { RetentionErase } from './retention-erase.tsx'
import { ReviewedButton, ReviewedUpTo } from './reviewed.tsx'
import { Said } from './said.tsx'
import { sayRole, summariseEvent } from './summarise-event.ts'
import { UnfoldedViewing } from './unfolded-viewing.tsx'

type Unfolded = {
  readonly viewingId: string
  readonly events: readonly LoggedEvent[]
  readonly isCut: boolean
}

type Props = {
  readonly events: readonly LoggedEvent[]
  /** Of each line, by its number. */
  readonly origins: Readonly<Record<string, Origin>>
  readonly address: LogAddress
  readonly unfolded: Unfolded | null
  /** Lines that are open from the start, by their number. */
  readonly open: readonly string[]
  readonly reviews: readonly LogReview[]
}

type Opening = {
  readonly address: LogAddress
  /** The lines that are open, by their number. */
  readonly opened: readonly string[]
  readonly toggle: (id: string) => void
}

const OpeningContext = createContext<Opening>({ address: {}, opened: [], toggle: () => {} })

const COLUMNS: readonly Column<LoggedEvent>[] = [
  { id: 'at', header: 'When', lead: true, cell: (event) => <When event={event} /> },
  { id: 'who', header: 'Who', cell: (event) => <Who event={event} /> },
  { id: 'what', header: 'What', cell: (event) => <What event={event} /> },
  { id: 'on', header: 'On what', cell: (event) => <OnWhat event={event} /> },
  { id: 'why', header: 'Why', cell: (event) => <Why event={event} /> },
  { id: 'served', header: 'Served', cell: (event) => <Served event={event} /> },
]

/** The log, a line an act. A line opens to all it holds; a viewing unfolds to its windows. */
export function LogTable({ events, origins, address, unfolded, open, reviews }: Props) {
  const [opened, setOpened] = useState(open)
  const toggle = (id: string): void => {
    const next = opened.includes(id) ? opened.filter((each) => each !== id) : [...opened, id]
    setOpened(next)
    // Nothing is read again: what a line holds is here already, so nothing more goes on record.
    window.history.replaceState(null, '', logPath(address, { open: next.join(',') }))
  }
  // A viewing by itself stands oldest first.
  const marks = findMarks(events, address.viewing === undefined ? reviews : [], address.after === undefined)
  const isAll = !isFiltered(address)
  return (
    <OpeningContext value={{ address, opened, toggle }}>
      <DataTable
        label="Log"
        columns={COLUMNS}
        rows={events}
        rowId={({ id }) => id}
        above={({ id }) => {
          const here = marks.get(id) ?? []
          if (here.length === 0) return null
          return here.map((review) => (
            <Dim key={review.reviewedAt.getTime()}>
              <ReviewedUpTo review={review} />
            </Dim>
          ))
        }}
        detail={(event) => {
          const isUnfolded = unfolded !== null && isOpening(event) && event.viewingId === unfolded.viewingId
          if (!isUnfolded && !opened.includes(event.id)) return null
          return (
            <>
              {opened.includes(event.id) && (
                <EventFacts event={event} origin={origins[event.id] ?? null}>
                  {isAll && (
                    <ReviewedButton upTo={event.at} about={`line ${event.id}`}>
                      Reviewed up to here
                    </ReviewedButton>
                  )}
                  <RetentionErase event={event} />
                </EventFacts>
              )}
              {isUnfolded && <UnfoldedViewing {...unfolded} />}
            </>
          )
        }}
      />
    </OpeningContext>
  )
}

const isOpening = ({ action }: LoggedEvent): boolean =>
  action === 'viewing.opened' || action === 'download.opened'

function When({ event }: { event: LoggedEvent }) {
  const { opened, toggle } = useContext(OpeningContext)
  const open = opened.includes(event.id)
  const Icon = open ? IconChevronDown : IconChevronRight
  return (
    <UnstyledButton className={classes.toggle} aria-expanded={open} onClick={() => toggle(event.id)}>
      <Icon size={14} aria-hidden />
      <Moment at={event.at} />
      <span className="visually-hidden">
        {open ? 'Close' : 'Open'} line {event.id}: {ACTION_WORDS[event.action]}
      </span>
    </UnstyledButton>
  )
}

function Who({
  event: { actorName, actorEmail, actorSubject, actorKind, actorRoles },
}: {
  event: LoggedEvent
}) {
  const { address } = useContext(OpeningContext)
  const name = actorName ?? actorEmail ?? actorSubject
  if (name === null || actorSubject === null) return <Dim>nobody signed in</Dim>
  return (
    <div className={`${classes.stack} ${classes.who}`}>
      <TextLink
        href={filterPath(address, { person: actorSubject, viewing: null })}
        size="sm"
        className="breakable"
        title={actorEmail ?? actorSubject}
      >
        <Said text={name} />
      </TextLink>
      {actorKind === 'service' ? (
        <Dim>service</Dim>
      ) : (
        actorRoles.length > 0 && <Dim>{sayRoles(actorRoles)}</Dim>
      )}
    </div>
  )
}

const sayRoles = (roles: readonly string[]): string => [...new Set(roles.map(sayRole))].join(', ')

function What({ event }: { event: LoggedEvent }) {
  const { action, outcome, code } = event
  const summary = summariseEvent(event)
  return (
    <div className={classes.stack}>
      <span>{ACTION_WORDS[action]}</span>
      {outcome !== 'allowed' && (
        <span className="tag" data-tone="bad">
          {outcome}
          {code !== null && `: ${sayCode(code)}`}
        </span>
      )}
      {outcome === 'allowed' && code !== null && <Dim>{sayCode(code)}</Dim>}
      {outcome !== 'failed' && summary !== null && <Dim>{summary}</Dim>}
    </div>
  )
}

const sayCode = (code: string): string => (isErrorCode(code) ? ERROR_WORDS[code].short : code)

function OnWhat({ event: { project, sessionId, archiveId, targetKind, targetId } }: { event: LoggedEvent }) {
  const { address } = useContext(OpeningContext)
  const lead = (change: LogAddress): string => filterPath(address, { viewing: null, ...change })
  const person = targetKind === 'person' ? targetId : null
  if (project === null && sessionId === null && archiveId === null && person === null) return null
  return (
    <div className={classes.stack}>
      {project !== null && (
        <TextLink href={lead({ project })} size="sm" className="breakable">
          {project}
        </TextLink>
      )}
      {person !== null && (
        <Text span size="xs" c="dimmed" ff="monospace" className="nowrap" title={`Person ${person}`}>
          person …{person.slice(-8)}
        </Text>
      )}
      {sessionId !== null && (
        <TextLink
          href={lead({ session: sessionId })}
          ff="monospace"
          size="xs"
          title={`Session ${sessionId}`}
          className="nowrap"
        >
          {shorten(sessionId, 10, 9)}
        </TextLink>
      )}
      {archiveId !== null && (
        <TextLink
          href={lead({ session: archiveId })}
          ff="monospace"
          size="xs"
          title={`Archive ${archiveId}`}
          className="nowrap"
        >
          {archiveId.slice(0, 8)}…
        </TextLink>
      )}
    </div>
  )
}

function Why({ event: { reasonCode, reason, caseReference } }: { event: LoggedEvent }) {
  const { address } = useContext(OpeningContext)
  if (reasonCode === null && reason === null && caseReference === null) return null
  return (
    <div className={classes.stack}>
      {reasonCode !== null && <span>{reasonCode}</span>}
      {reason !== null && (
        <Text size="xs" c="dimmed" lineClamp={2} maw="32ch" className="breakable">
          <Said text={reason} />
        </Text>
      )}
      {caseReference !== null && isErased(caseReference) && (
        <Dim>
          case <Said text={caseReference} />
        </Dim>
      )}
      {caseReference !== null && !isErased(caseReference) && (
        <TextLink
          href={filterPath(address, { case: caseReference, viewing: null })}
          size="xs"
          className="breakable"
        >
          case {caseReference}
        </TextLink>
      )}
    </div>
  )
}

function Served({ event }: { event: LoggedEvent }) {
  const { address, opened } = useContext(OpeningContext)
  const { folded, viewingId } = event
  if (folded === null || viewingId === null) {
    const claimed = describeClaimed(event.claimed)
    const said = [describeMedia(event), describeWindow(event), claimed && `claimed ${claimed}`].filter(
      (text) => text !== null,
    )
    return said.length === 0 ? null : <span className="tabular">{said.join(' · ')}</span>
  }
  const isUnfolded = address.unfold === viewingId
  return (
    <div className={classes.stack}>
      <span className="tabular">{describeServed(folded)}</span>
      {folded.claimedSeconds > 0 && <Dim>{formatDuration(folded.claimedSeconds)} claimed played</Dim>}
      <TextLink
        href={logPath(address, { unfold: isUnfolded ? null : viewingId, open: opened.join(',') })}
        size="xs"
        scroll={false}
        aria-label={`${isUnfolded ? 'Fold' : 'Unfold'} the windows of line ${event.id}`}
      >
        {isUnfolded ? 'fold' : 'unfold'}
      </TextLink>
    </div>
  )
}
