import { AppError } from '../../errors.ts'
import { type GivenParameters, type LogFilter, parseLogFilter } from '../log-filter.ts'

export type PullQuery = {
  /** The `next` of the answer before; null at the first. */
  readonly after: string | null
  readonly limit: number
  readonly filter: LogFilter
}

const USUAL_LIMIT = 500
const MOST = 1_000
const LONGEST_CURSOR = 64

/**
 * Reads what a program asks for: `after`, `limit`, and the filter of the log's page. Throws `request-invalid` for what is
 * not known or not of its form.
 */
export function parsePull({ after, limit, ...rest }: GivenParameters): PullQuery {
  const { filter, faults } = parseLogFilter(rest)
  if (faults.length > 0) throw new AppError('request-invalid', faults.join(' '))
  return { after: readAfter(after), limit: readLimit(limit), filter }
}

function readAfter(given: GivenParameters[string]): string | null {
  if (given === undefined) return null
  const [text = '', ...more] = [given].flat()
  if (more.length > 0 || text === '' || text.length > LONGEST_CURSOR)
    throw new AppError('request-invalid', 'after: is not a cursor that this address gave.')
  return text
}

function readLimit(given: GivenParameters[string]): number {
  if (given === undefined) return USUAL_LIMIT
  const [text = '', ...more] = [given].flat()
  const limit = more.length === 0 && /^[1-9]\d{0,3}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > MOST)
    throw new AppError('request-invalid', `limit: must be a whole number from 1 to ${MOST}.`)
  return limit
}
