'use client'

import { formatDay } from '../../lib/zone.ts'
import { TextLink } from '../frame/link.tsx'
import { useZone } from '../frame/zone.tsx'
import { filterPath, type LogAddress } from './log-links.ts'

const SPANS = [
  ['Today', 0],
  ['Last 7 days', 6],
  ['Last 30 days', 29],
] as const

const DAY_MS = 24 * 60 * 60 * 1000

/** Stretches of time that are often asked for, by whole days of the reader's zone. */
export function LogSpans({ address, now }: { address: LogAddress; now: Date }) {
  const { zone } = useZone()
  return SPANS.map(([label, daysBack]) => {
    const from = formatDay(new Date(now.getTime() - daysBack * DAY_MS), zone)
    return (
      <TextLink
        key={label}
        href={filterPath(address, { from, to: null, zone })}
        size="xs"
        className="reachable"
      >
        {label}
      </TextLink>
    )
  })
}
