'use client'

import { useZone } from '../frame/zone.tsx'
import { formatMoment } from '../times.ts'

/** What the clock said at this moment of the recording. */
export function WallClock({ startsAt, positionSeconds }: { startsAt: Date; positionSeconds: number }) {
  const { zone } = useZone()
  return <span className="nowrap tabular">{formatMoment(momentOf(startsAt, positionSeconds), zone)}</span>
}

function momentOf(startsAt: Date, positionSeconds: number): Date {
  return new Date(startsAt.getTime() + positionSeconds * 1000)
}
