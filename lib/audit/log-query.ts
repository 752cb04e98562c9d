import { isUuid } from '../uuid.ts'
import type { Zone } from '../zone.ts'
import { isCursor } from './log-cursor.ts'
import { type GivenParameters, LOG_FILTER_PARAMETERS, type LogFilter, parseLogFilter } from './log-filter.ts'

/** What the address of the log's page may hold. */
export const LOG_PARAMETERS = [...LOG_FILTER_PARAMETERS, 'unfold', 'after', 'open'] as const

export type LogQuery = {
  readonly filter: LogFilter
  readonly zone: Zone
  /** The viewing whose every line is asked for. */
  readonly unfold: string | null
  readonly after: string | null
  /** A sentence for each parameter that could not be read. Where there is one, nothing is looked for. */
  readonly faults: readonly string[]
}

/** Reads what the log's page is asked for; `zone` is the reader’s own. */
export function parseLogQuery(given: GivenParameters, zone: Zone = 'UTC'): LogQuery {
  // Which lines stand open is the page's own affair.
  const { unfold, after, open: _open, ...rest } = given
  const { faults, ...asked } = parseLogFilter(rest, zone)
  const isPlace = typeof after === 'string' && isCursor(after)
  return {
    ...asked,
    unfold: typeof unfold === 'string' && isUuid(unfold) ? unfold.toLowerCase() : null,
    after: isPlace ? after : null,
    faults: [
      ...faults,
      ...(after === undefined || isPlace ? [] : ['The place to go on from is not one that this page gave.']),
    ],
  }
}
