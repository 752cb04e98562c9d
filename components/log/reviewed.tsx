'use client'

import type { LogReview } from '../../lib/audit/aids/find-reviews.ts'
import { ChangeButton } from '../access/change-button.tsx'
import { Moment } from '../frame/moment.tsx'

/** Up to when the log was reviewed, by whom and when. */
export function ReviewedUpTo({ review: { upTo, reviewedAt, name, email, projects } }: { review: LogReview }) {
  return (
    <span className="breakable">
      Reviewed up to <Moment at={upTo} /> by {name ?? email ?? 'somebody'}, at <Moment at={reviewedAt} />
      {projects !== 'all' && ` (${projects.join(', ')})`}
    </span>
  )
}

type ButtonProps = {
  /** The last moment that was reviewed. */
  readonly upTo: Date
  /** Which line that is. */
  readonly about: string
  readonly children: string
}

/** Puts down, with name and time, that the log was reviewed up to there. */
export function ReviewedButton({ upTo, about, children }: ButtonProps) {
  const json = { upTo: upTo.toISOString() }
  return (
    <ChangeButton
      about={about}
      change={{ address: '/audit/reviewed', method: 'POST', json, said: 'Put down as reviewed.' }}
    >
      {children}
    </ChangeButton>
  )
}
