'use client'

import { formatMoment } from '../times.ts'
import { useZone } from './zone.tsx'

/** A time with its zone, as the reader wants it; exact to the millisecond under the pointer. */
export function Moment({ at }: { at: Date }) {
  const { zone } = useZone()
  return (
    <time
      dateTime={at.toISOString()}
      title={zone === 'UTC' ? at.toISOString() : `${at.toISOString()} · ${zone}`}
      className="nowrap tabular"
    >
      {formatMoment(at, zone)}
    </time>
  )
}
