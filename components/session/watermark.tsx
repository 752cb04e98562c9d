'use client'

import { useEffect, useState } from 'react'
import { useZone } from '../frame/zone.tsx'
import { formatMoment } from '../times.ts'
import classes from './watermark.module.css'

const TICK_MS = 1000
const MOVE_TICKS = 8

/** The viewer's name and the time, drifting over the picture: it deters from filming the screen, and does no more. */
export function Watermark({ name }: { name: string }) {
  const { zone } = useZone()
  const [tick, setTick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setTick((before) => before + 1), TICK_MS)
    return () => clearInterval(timer)
  }, [])
  const step = Math.floor(tick / MOVE_TICKS)
  return (
    <div
      aria-hidden="true"
      className={classes.mark}
      style={{ left: `${4 + ((step * 37) % 52)}%`, top: `${6 + ((step * 23) % 76)}%` }}
    >
      <span>{name}</span>
      <span>{formatMoment(new Date(), zone)}</span>
    </div>
  )
}
