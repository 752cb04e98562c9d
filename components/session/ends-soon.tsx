'use client'

import { useEffect, useState } from 'react'
import { Moment } from '../frame/moment.tsx'
import { formatDuration } from '../times.ts'

const WARN_SECONDS = 120

/** Warns two minutes before the viewing must end. */
export function EndsSoon({ at }: { at: Date }) {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  const left = (at.getTime() - now) / 1000
  if (left > WARN_SECONDS || left < 0) return null
  return (
    <div className="notice" style={{ marginBottom: 6 }}>
      <span role="alert">This viewing ends soon, because your access or your sign-in ends at </span>
      <Moment at={at} />: in <span className="tabular">{formatDuration(left)}</span>. Note the moment to come
      back to.
    </div>
  )
}
