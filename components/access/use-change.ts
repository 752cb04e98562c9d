import { useState } from 'react'
import { askChange, type Problem } from '../frame/asking.ts'
import { useDone } from './done.tsx'

/** A change that is asked of an address, and what is said once it is made. */
export type Change = {
  readonly address: string
  readonly method: 'POST' | 'PUT' | 'DELETE'
  readonly json?: unknown
  /** May depend on what the address answers. */
  readonly said: string | ((answered: unknown) => string)
  /** What it was made from is no longer so: it was not made, and the page is read again. */
  readonly onOutdated?: () => void
}

type Changing = {
  readonly isSending: boolean
  readonly problem: Problem | null
  /** Whether it was made; else `problem` says why not. */
  readonly send: (change: Change) => Promise<boolean>
}

/** Makes one change at a time, says so, and has the page read again. */
export function useChange(): Changing {
  const done = useDone()
  const [isSending, setSending] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const send = async ({ address, method, json, said, onOutdated }: Change): Promise<boolean> => {
    if (isSending) return false
    setSending(true)
    setProblem(null)
    const answer = await askChange(address, method, json)
    setSending(false)
    if (answer.ok) done(typeof said === 'string' ? said : said(answer.value.body))
    else setProblem(answer.problem)
    if (!answer.ok && answer.problem.code === 'changed-meanwhile') {
      onOutdated?.()
      done(null)
    }
    return answer.ok
  }
  return { isSending, problem, send }
}
