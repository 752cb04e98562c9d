'use client'

import { type RefObject, useEffect, useRef, useState } from 'react'
import { askChange } from '../frame/asking.ts'
import { isTyping, useShortcuts } from '../frame/shortcuts.tsx'
import {
  beginVerdict,
  endVerdict,
  isOpen,
  moveCursor,
  type ReviewState,
  readReviewKey,
  type Verdict,
} from './review-state.ts'

type Review = {
  readonly state: ReviewState
  readonly decide: (id: string, verdict: Verdict) => void
  /** The focus has come to a row. */
  readonly pointAt: (id: string) => void
}

/**
 * A review by keys and buttons. The cursor is where the focus is. Keys without Ctrl or Alt work everywhere on the page,
 * or, where that is switched off, while the focus is within the list.
 */
export function useReview(
  initial: Pick<ReviewState, 'ids' | 'lockedIds'>,
  list: RefObject<HTMLElement | null>,
): Review {
  const { enabled } = useShortcuts()
  const [state, setState] = useState<ReviewState>({ ...initial, cursor: 0, reviewed: new Map() })
  const latest = useRef(state)
  const apply = (next: ReviewState): void => {
    latest.current = next
    setState(next)
  }
  const decide = async (id: string, verdict: Verdict): Promise<void> => {
    if (!isOpen(latest.current, id)) return
    apply(beginVerdict(latest.current, id, verdict))
    focusRow(list.current, latest.current)
    const answer = await askChange(`/access/grants/${id}/review`, 'POST', { verdict })
    apply(
      endVerdict(
        latest.current,
        id,
        answer.ok ? { kind: 'done', verdict } : { kind: 'refused', problem: answer.problem },
      ),
    )
  }
  const onKey = (event: KeyboardEvent): void => {
    const isWithin = event.target instanceof Node && list.current?.contains(event.target) === true
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
    const meant = readReviewKey(event.key)
    if (meant === null || (!enabled && !isWithin)) return
    event.preventDefault()
    const id = latest.current.ids[latest.current.cursor]
    if (meant === 'keep' || meant === 'remove') {
      if (id !== undefined && !event.repeat) void decide(id, meant)
      return
    }
    apply(moveCursor(latest.current, meant === 'next' ? 1 : -1))
    focusRow(list.current, latest.current)
  }
  const key = useRef(onKey)
  useEffect(() => {
    key.current = onKey
  })
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => key.current(event)
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [])
  return {
    state,
    decide: (id, verdict) => void decide(id, verdict),
    pointAt: (id) => {
      const cursor = latest.current.ids.indexOf(id)
      if (cursor !== -1 && cursor !== latest.current.cursor) apply({ ...latest.current, cursor })
    },
  }
}

/** The row's own line takes the focus, so that what is there is read out. */
function focusRow(list: HTMLElement | null, { ids, cursor }: ReviewState): void {
  const row = [...(list?.querySelectorAll<HTMLElement>('[data-grant]') ?? [])].find(
    ({ dataset }) => dataset.grant === ids[cursor],
  )
  row?.focus()
}
