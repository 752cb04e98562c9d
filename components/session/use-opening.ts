import { useCallback, useRef, useState } from 'react'
import type { Problem } from '../frame/asking.ts'
import { type Learnt, learn } from './learn.ts'
import type { GivenReason } from './remembered-reason.ts'
import { closeViewing, type OpenViewing, openViewing } from './viewing-client.ts'

/** Where the opening of a recording stands. */
export type OpeningState =
  | { readonly kind: 'closed' }
  | { readonly kind: 'opening'; readonly since: number }
  | { readonly kind: 'open'; readonly archiveId: string; readonly viewing: OpenViewing }
  | { readonly kind: 'stopped'; readonly problem: Problem }

/** Of an opening: what stood against it, if anything did; overtaken when by then something else was wanted. */
export type Outcome = 'open' | 'overtaken' | Problem

type Opening = {
  readonly state: OpeningState
  /** By archive: what was found of each that was opened here, or refused to be. */
  readonly learnt: ReadonlyMap<string, Learnt>
  readonly open: (archiveId: string, given: GivenReason) => Promise<Outcome>
  readonly stop: (problem: Problem) => void
  readonly close: () => void
}

/** Opens one recording at a time. The player ends the viewing it plays; one that came too late to be played ends here. */
export function useOpening(): Opening {
  const [state, setState] = useState<OpeningState>({ kind: 'closed' })
  const [learnt, setLearnt] = useState<ReadonlyMap<string, Learnt>>(new Map())
  const latest = useRef(0)

  const open = useCallback(async (archiveId: string, given: GivenReason): Promise<Outcome> => {
    latest.current += 1
    const mine = latest.current
    setState({ kind: 'opening', since: Date.now() })
    const answer = await openViewing(archiveId, given)
    if (mine !== latest.current) {
      if (answer.ok) void closeViewing(answer.value.viewingId)
      return 'overtaken'
    }
    setLearnt((known) => new Map(known).set(archiveId, { ...known.get(archiveId), ...learn(answer) }))
    setState(
      answer.ok
        ? { kind: 'open', archiveId, viewing: answer.value }
        : { kind: 'stopped', problem: answer.problem },
    )
    return answer.ok ? 'open' : answer.problem
  }, [])
  const stop = useCallback((problem: Problem) => setState({ kind: 'stopped', problem }), [])
  const close = useCallback(() => {
    latest.current += 1
    setState({ kind: 'closed' })
  }, [])
  return { state, learnt, open, stop, close }
}
