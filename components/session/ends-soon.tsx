'use client'

import { Box } from '@mantine/core'
import { useEffect, useState } from 'react'
import { AskButton } from '../access/ask-button.tsx'
import type { Offer } from '../access/asking-for.ts'
import { Moment } from '../frame/moment.tsx'
import { formatDuration } from '../times.ts'
import type { Ends } from './find-what-ends.ts'

const WARN_SECONDS = 120

const WHY = {
  access: 'because your access to this recording ends at ',
  'sign-in': 'because your sign-in ends at ',
} as const

const THEN = {
  access: '',
  'sign-in': ' Sign in again then: you come back to the same second.',
} as const

type Props = {
  readonly at: Date
  readonly what: Ends
  /** What may be asked for, so that there is more. */
  readonly offers: readonly Offer[]
}

/** Warns two minutes before the viewing must end. */
export function EndsSoon({ at, what, offers }: Props) {
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
      {what === 'access' && (
        <Box mt={6}>
          <AskButton offers={offers} size="compact-sm" variant="default">
            Ask for more
          </AskButton>
        </Box>
      )}
    </div>
  )
}
