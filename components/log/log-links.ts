import type { LOG_FILTER_PARAMETERS } from '../../lib/audit/log-filter.ts'
import { withQuery } from '../query.ts'

/** A parameter of the log's filter. */
export type LogField = (typeof LOG_FILTER_PARAMETERS)[number]

/** What the page of the log was asked for, as its address says it. */
export type LogAddress = { readonly [name in LogField | 'after' | 'unfold']?: string }

/** What of the address makes the filter; `zone` alone is none. */
export function filterOf({ after: _after, unfold: _unfold, ...filter }: LogAddress): LogAddress {
  return filter
}

export function isFiltered(address: LogAddress): boolean {
  const { zone: _zone, ...filter } = filterOf(address)
  return Object.keys(filter).length > 0
}

type Change = { readonly [name in keyof LogAddress | 'open']?: string | null }

/** The log with other parameters; what is left out of `change` stays. */
export function logPath(address: LogAddress, change: Change = {}): string {
  return withQuery('/audit', { ...address, ...change })
}

/** The log with another filter, from its beginning. */
export function filterPath(address: LogAddress, change: Change): string {
  return logPath(address, { after: null, unfold: null, ...change })
}

/** Who has seen a recording. */
export function seenPath(archiveId: string): string {
  return withQuery('/audit/seen', { archive: archiveId })
}
