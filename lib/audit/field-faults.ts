import type { Zone } from '../zone.ts'
import { type GivenParameters, LOG_FILTER_PARAMETERS, parseLogFilter } from './log-filter.ts'

/** What the form of the log's page has a field for. */
const FIELDS = LOG_FILTER_PARAMETERS.filter((name) => name !== 'zone' && name !== 'viewing')
export type FaultyField = (typeof FIELDS)[number]

export type FieldFaults = {
  readonly fields: { readonly [name in FaultyField]?: string }
  /** What is about no one field alone. */
  readonly rest: readonly string[]
}

/** Which field each fault of a filter is about: whatever is wrong with a field read by itself. */
export function assignFaults(given: GivenParameters, zone: Zone, faults: readonly string[]): FieldFaults {
  const fields: { [name in FaultyField]?: string } = {}
  for (const name of faults.length === 0 ? [] : FIELDS) {
    // One field is for both.
    if (name === 'archive' && given.session !== undefined) continue
    const own = parseLogFilter({ [name]: given[name] }, zone).faults
    if (own.length > 0) fields[name] = own.join(' ')
  }
  const said = Object.values(fields)
  return { fields, rest: faults.filter((fault) => !said.some((text) => text.includes(fault))) }
}
