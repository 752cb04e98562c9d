'use client'

import { useRouter } from 'next/navigation'
import { createContext, type ReactNode, useContext, useEffect, useRef, useState, useTransition } from 'react'
import classes from './done.module.css'

/** What was done, in words; null where nothing was, and the page is only to be read again. */
type Said = string | null

const DoneContext = createContext<(said: Said) => void>(() => {})

/**
 * Says what was done, and has the page read again. What was clicked is often gone then: the focus it had goes to what is
 * said, so that nobody is thrown back to the top of the window.
 */
export function DoneProvider({ children }: { children: ReactNode }) {
  const router = useRouter()
  const [said, setSaid] = useState('')
  const [isReading, startReading] = useTransition()
  const line = useRef<HTMLDivElement>(null)
  const done = (what: Said): void => {
    setSaid(what ?? '')
    startReading(() => router.refresh())
  }
  useEffect(() => {
    if (!isReading && said !== '' && document.activeElement === document.body) line.current?.focus()
  }, [isReading, said])
  return (
    <DoneContext value={done}>
      {children}
      <div ref={line} role="status" tabIndex={-1} className={classes.said}>
        {said}
      </div>
    </DoneContext>
  )
}

/** Says what was done, and has the page read again. */
export function useDone(): (said: Said) => void {
  return useContext(DoneContext)
}
