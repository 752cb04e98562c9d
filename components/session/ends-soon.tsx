'use client'

import { useEffect, useState } from 'react'
import { Moment } from '../frame/moment.tsx'
import { formatDuration } from '../times.ts'

const WARN_SECONDS = 120

const SLACK_MS = 1500

/** What ends a viewing at its time, as far as that can be told from when each ends. */
export type Ends = 'access' | 'sign-in' | null

export function findWhatEnds(
  at: Date,
  ends: { readonly accessAt: Date | null; readonly signInAt: Date },
): Ends {
  const isAt = (end: Date | null): boolean =>
    end !== null && Math.abs(end.getTime() - at.getTime()) <= SLACK_MS
  if (isAt(ends.accessAt)) return 'access'
  return isAt(ends.signInAt) ? 'sign-in' : null
}

const WHY = {
  access: 'because your access to this recording ends at ',
  'sign-in': 'because your sign-in ends at ',
} as const

const THEN = {
  access: ' Ask for more if you need it.',
  'sign-in': ' Sign in again then: you come back to the same second.',
} as const

/** Warns two minutes before the viewing must end. */
export function EndsSoon({ at, what }: { at: Date; what: Ends }) {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  const left = (at.getTime() - now) / 1000
  if (left > WARN_SECONDS || left < 0) return null
  return (
    <div className="notice" style={{ marginBottom: 6 }}>
      <span role="alert">This viewing ends soon, {what === null ? 'at ' : WHY[what]}</span>
      <Moment at={at} />: in <span className="tabular">{formatDuration(left)}</span>.
      {what === null ? ' Note the moment to come back to.' : THEN[what]}
    </div>
  )
}
