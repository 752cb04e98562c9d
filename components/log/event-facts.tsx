import { Fragment } from 'react'
import type { LoggedEvent } from '../../lib/audit/logged-event.ts'
import { describeEvent } from './describe-event.ts'
import classes from './log-table.module.css'
import { RetentionErase } from './retention-erase.tsx'

/** All that one line of the log holds; its time to the millisecond, in UTC, as files have it. */
export function EventFacts({ event }: { event: LoggedEvent }) {
  return (
    <>
      <dl className={classes.facts}>
        <dt>When</dt>
        <dd>{event.at.toISOString()}</dd>
        {describeEvent(event).map(({ label, value }) => (
          <Fragment key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
      </dl>
      <RetentionErase event={event} />
    </>
  )
}
