import { projectsFor } from '../../access/permissions.ts'
import type { Actor } from '../../auth/actor.ts'
import { withinDeadline } from '../../database.ts'
import type { Services } from '../../services.ts'
import { type LogState, readLogState } from '../read-log-state.ts'
import { findReviews, type LogReview } from './find-reviews.ts'
import { type Filterable, listFilterable } from './list-filterable.ts'
import { listSavedFilters, type SavedFilter } from './saved-filters.ts'

/** What stands beside the log for whoever reads it. */
export type ReadingAids = {
  readonly filterable: Filterable
  /** One's own, by name. */
  readonly saved: readonly SavedFilter[]
  /** Newest first. */
  readonly reviews: readonly LogReview[]
  readonly state: LogState
  /** Whether the reader may have the whole log checked: whoever reads all of it. */
  readonly mayCheck: boolean
}

const MOST_REVIEWS = 20

/** Throws `audit-unavailable`. */
export async function readAids(services: Services, actor: Actor): Promise<ReadingAids> {
  const { db } = services
  const scope = projectsFor(actor.roles, 'audit:read')
  const [filterable, saved, reviews, state] = await Promise.all([
    listFilterable(services, actor),
    listSavedFilters(db, actor.personId),
    findReviews(db, scope, MOST_REVIEWS),
    withinDeadline(readLogState(services, scope)),
  ])
  return { filterable, saved, reviews, state, mayCheck: scope === 'all' }
}
