import type { GrantState } from '../../lib/access/held-access.ts'
import type { RequestState } from '../../lib/access/requests/request-line.ts'

const GRANT_STATES: Readonly<Record<GrantState, readonly [said: string, tone?: 'good' | 'warn' | 'bad']>> = {
  'in force': ['in force', 'good'],
  'not yet': ['not yet', 'warn'],
  ended: ['ended'],
  'taken back': ['taken back'],
  awaiting: ['waits for a second', 'warn'],
  lapsed: ['lapsed'],
}

const HELD_BACK = ['held back', 'warn'] as const

const DECISION_STATES: Readonly<
  Record<RequestState, readonly [said: string, tone?: 'good' | 'warn' | 'bad']>
> = {
  open: ['open', 'warn'],
  approved: ['approved', 'good'],
  refused: ['refused', 'bad'],
  lapsed: ['lapsed'],
}

/** `isHeldBack`: whoever looks holds it, and it opens nothing to them all the same. */
export function GrantTag({ state, isHeldBack = false }: { state: GrantState; isHeldBack?: boolean }) {
  const [said, tone] = state === 'in force' && isHeldBack ? HELD_BACK : GRANT_STATES[state]
  return (
    <span
      className="tag"
      data-tone={tone}
      title={state === 'awaiting' ? 'Counts once a second administrator has approved it' : undefined}
    >
      {said}
    </span>
  )
}

/** What became of something that is decided by somebody else: a request for access, or a change of a project. */
export function DecisionTag({ state }: { state: RequestState }) {
  const [said, tone] = DECISION_STATES[state]
  return (
    <span className="tag" data-tone={tone}>
      {said}
    </span>
  )
}
