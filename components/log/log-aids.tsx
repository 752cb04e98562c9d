import { Text } from '@mantine/core'
import type { LogReview } from '../../lib/audit/aids/find-reviews.ts'
import type { SavedFilter } from '../../lib/audit/aids/saved-filters.ts'
import { ExportLinks } from './export-links.tsx'
import classes from './log-aids.module.css'
import type { Asked } from './log-fields.tsx'
import { filterOf, isFiltered } from './log-links.ts'
import { ReviewedButton, ReviewedUpTo } from './reviewed.tsx'
import { SavedFilters } from './saved-filters.tsx'

type Props = {
  readonly asked: Asked
  readonly saved: readonly SavedFilter[]
  /** The newest one. */
  readonly review: LogReview | null
  /** The newest line that is shown; null on an older page. */
  readonly newestAt: Date | null
}

/** What is done with the log as it is shown: kept as a filter, taken as a file, put down as reviewed. */
export function LogAids({ asked, saved, review, newestAt }: Props) {
  const { address, zone, from, to } = asked
  const isAll = !isFiltered(address)
  const filter = { ...filterOf(address), ...((from !== null || to !== null) && { zone }) }
  return (
    <div className={classes.aids}>
      <SavedFilters saved={saved} filter={isAll ? null : filter} />
      <ExportLinks asked={asked} />
      {isAll && (
        <div className={classes.reviewed}>
          <Text size="sm" component="span">
            {review === null ? 'Nobody has reviewed the log yet.' : <ReviewedUpTo review={review} />}
          </Text>
          {newestAt !== null && (
            <ReviewedButton upTo={newestAt} about="the newest line">
              Reviewed up to here
            </ReviewedButton>
          )}
        </div>
      )}
    </div>
  )
}
