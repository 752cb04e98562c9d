import { IconAlertTriangle, IconShieldCheck, IconShieldX } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { LogLevel, LogState } from '../../lib/audit/read-log-state.ts'
import { Moment } from '../frame/moment.tsx'
import { CheckNow } from './check-now.tsx'
import classes from './log-state-line.module.css'

type Props = {
  readonly state: LogState
  /** Who reads the log of all projects may have the whole of it checked. */
  readonly mayCheck: boolean
}

const HEADS = {
  good: { Icon: IconShieldCheck, word: 'The log is sealed and kept elsewhere too' },
  amber: { Icon: IconAlertTriangle, word: 'The log needs a look' },
  red: { Icon: IconShieldX, word: 'The log cannot be relied on' },
} as const satisfies Record<LogLevel, unknown>

/** On top of the log: until when it is sealed, where its head is kept and since when, and what the last check found. */
export function LogStateLine({ state, mayCheck }: Props) {
  const { Icon, word } = HEADS[state.level]
  return (
    <section className={classes.line} data-level={state.level} aria-label="State of the log">
      <Icon size={20} stroke={1.5} aria-hidden className={classes.icon ?? ''} />
      <div className={classes.said}>
        <strong className={classes.word}>{word}</strong>
        <ul className={classes.facts}>
          <Sealed state={state} />
          <Anchored anchor={state.anchor} />
          <Stamped stamp={state.stamp} />
          <Checked state={state} />
        </ul>
      </div>
      {mayCheck && state.running === null && <CheckNow />}
    </section>
  )
}

function Sealed({ state: { sealedUpTo, oldestUnsealedSeconds } }: { state: LogState }) {
  if (sealedUpTo === null) return <li>Nothing is sealed yet.</li>
  const behind = Math.floor(oldestUnsealedSeconds)
  return (
    <li>
      Sealed up to <Moment at={sealedUpTo} />
      {behind > 10 && `; the oldest line that is not has waited for ${sayLong(behind)}`}
    </li>
  )
}

function Anchored({ anchor }: { anchor: LogState['anchor'] }) {
  if (anchor === null)
    return <li>Its head is kept nowhere else: an end that is cut off would not be found (AUDIT_ANCHOR).</li>
  const where = <span className="breakable">{anchor.where}</span>
  return (
    <li>
      {anchor.lastAt === null ? (
        <>Nothing is at {where} yet</>
      ) : (
        <>
          Last anchor <Moment at={anchor.lastAt} /> at {where}
        </>
      )}
      <Failing {...anchor} />
    </li>
  )
}

function Stamped({ stamp }: { stamp: LogState['stamp'] }) {
  if (stamp === null) return null
  const where = <span className="breakable">{stamp.where}</span>
  return (
    <li>
      {stamp.lastAt === null ? (
        <>No time stamp of {where} yet</>
      ) : (
        <>
          Last time stamp <Moment at={stamp.lastAt} /> of {where}
        </>
      )}
      <Failing {...stamp} />
    </li>
  )
}

function Failing({ failingSince, cause }: Pick<NonNullable<LogState['stamp']>, 'failingSince' | 'cause'>) {
  if (failingSince === null) return null
  return (
    <>
      ; failing since <Moment at={failingSince} />: {cause}
    </>
  )
}

function Checked({ state: { lastCheck, running } }: { state: LogState }): ReactNode {
  return (
    <>
      {lastCheck === null ? (
        <li>It has not been checked as a whole yet.</li>
      ) : (
        <li>
          Last full check <Moment at={lastCheck.at} />
          {sayFound(lastCheck)}
        </li>
      )}
      {running !== null && <li>{sayRunning(running)}</li>}
    </>
  )
}

function sayFound({ outcome, told }: NonNullable<LogState['lastCheck']>): string {
  if (told !== null) return `, ${told.by === null ? 'at night' : `by ${told.by}`}: ${told.sentence}`
  return outcome === 'allowed' ? ': it is whole.' : ': it is not whole.'
}

function sayRunning({ of }: NonNullable<LogState['running']>): string {
  if (of === null) return 'A check is under way.'
  return `A check is running: ${of.done.toLocaleString('en')} of ${of.size.toLocaleString('en')} blocks.`
}

function sayLong(seconds: number): string {
  if (seconds < 120) return `${seconds} seconds`
  if (seconds < 7200) return `${Math.floor(seconds / 60)} minutes`
  return `${Math.floor(seconds / 3600)} hours`
}
