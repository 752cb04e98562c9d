import { useCallback, useRef, useState } from 'react'
import type { GivenReason } from './remembered-reason.ts'
import { closeViewing, type OpenViewing, openViewing, type Problem } from './viewing-client.ts'

/** Where the opening of a recording stands. */
export type OpeningState =
  | { readonly kind: 'closed' }
  | { readonly kind: 'opening'; readonly since: number }
  | { readonly kind: 'open'; readonly archiveId: string; readonly viewing: OpenViewing }
  | { readonly kind: 'stopped'; readonly problem: Problem }

type Opening = {
  readonly state: OpeningState
  /** Seconds by archive: what was measured of each that was opened here. */
  readonly lengths: ReadonlyMap<string, number>
  /** Answers what stood against it, or null. */
  readonly open: (archiveId: string, given: GivenReason) => Promise<Problem | null>
  readonly stop: (problem: Problem) => void
  readonly close: () => void
}

/** Opens one recording at a time. The player ends the viewing it plays; one that came too late to be played ends here. */
export function useOpening(): Opening {
  const [state, setState] = useState<OpeningState>({ kind: 'closed' })
  const [lengths, setLengths] = useState<ReadonlyMap<string, number>>(new Map())
  const latest = useRef(0)

  const open = useCallback(async (archiveId: string, given: GivenReason): Promise<Problem | null> => {
    latest.current += 1
    const mine = latest.current
    setState({ kind: 'opening', since: Date.now() })
    const answer = await openViewing(archiveId, given)
    if (mine !== latest.current) {
      if (answer.ok) void closeViewing(answer.value.viewingId)
      return null
    }
    if (answer.ok) {
      const { durationSeconds } = answer.value
      setLengths((known) => new Map(known).set(archiveId, durationSeconds))
    }
    setState(
      answer.ok
        ? { kind: 'open', archiveId, viewing: answer.value }
        : { kind: 'stopped', problem: answer.problem },
    )
    return answer.ok ? null : answer.problem
  }, [])
  const stop = useCallback((problem: Problem) => setState({ kind: 'stopped', problem }), [])
  const close = useCallback(() => {
    latest.current += 1
    setState({ kind: 'closed' })
  }, [])
  return { state, lengths, open, stop, close }
}
