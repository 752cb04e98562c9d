import { Fragment, type ReactNode } from 'react'
import type { Origin } from '../../lib/audit/find-origins.ts'
import type { LoggedEvent } from '../../lib/audit/logged-event.ts'
import { TextLink } from '../frame/link.tsx'
import { describeEvent } from './describe-event.ts'
import { listAllOf } from './list-all-of.ts'
import { logPath, seenPath } from './log-links.ts'
import classes from './log-table.module.css'
import { Said } from './said.tsx'

type Props = {
  readonly event: LoggedEvent
  readonly origin: Origin | null
  /** Stands under it all. */
  readonly children?: ReactNode
}

/** All that one line of the log holds; its time to the millisecond, in UTC, as files have it. */
export function EventFacts({ event, origin, children }: Props) {
  return (
    <div className={classes.opened}>
      <dl className={classes.facts}>
        <dt>When</dt>
        <dd>{event.at.toISOString()}</dd>
        {describeEvent(event, origin).map(({ label, value, isPersonal }) => (
          <Fragment key={label}>
            <dt>{label}</dt>
            <dd>{isPersonal ? <Said text={value} /> : value}</dd>
          </Fragment>
        ))}
      </dl>
      <ul className={classes.all} aria-label="Read the whole log for">
        {listAllOf(event).map(({ name, filter }) => (
          <li key={name}>
            <TextLink href={logPath(filter)} size="xs" className="reachable">
              All of {name}
            </TextLink>
          </li>
        ))}
        {event.archiveId !== null && (
          <li>
            <TextLink href={seenPath(event.archiveId)} size="xs" className="reachable">
              Who has seen this recording
            </TextLink>
          </li>
        )}
      </ul>
      {children}
    </div>
  )
}
