'use client'

import { Box, Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { Offer } from '../access/asking-for.ts'
import { useIsAsked } from '../access/open-requests.tsx'
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
  /** Asked for outside of this, which goes when the time has come. */
  readonly onAsk: () => void
}

/** Warns two minutes before the viewing must end. */
export function EndsSoon({ at, what, offers, onAsk }: Props) {
  const waits = useIsAsked(offers)
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
          {waits ? (
            <span className="tag" data-tone="warn">
              asked, waits for an administrator
            </span>
          ) : (
            <Button size="compact-sm" variant="default" onClick={onAsk}>
              Ask for more
            </Button>
          )}
        </Box>
      )}
    </div>
  )
}
