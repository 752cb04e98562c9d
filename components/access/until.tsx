'use client'

import { Dim } from '../frame/dim.tsx'
import { Moment } from '../frame/moment.tsx'
import { formatSpan } from '../times.ts'

/** When access ends, and how long that is from when it was asked for or given. */
export function Until({ from, until }: { from: Date; until: Date }) {
  const seconds = (until.getTime() - from.getTime()) / 1000
  return (
    <div>
      <Moment at={until} />
      {seconds > 0 && <Dim>{formatSpan(seconds)}</Dim>}
    </div>
  )
}
