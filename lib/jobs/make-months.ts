import { makeMonths } from '../audit/months.ts'
import { findDatabaseWarnings } from '../audit/self-check.ts'
import type { Job } from './job.ts'

/** Keeps two years of the log’s months ahead, and says so when a month was missing after all. */
export const makeMonthsAhead: Job = {
  name: 'make-months',
  everyMs: 12 * 60 * 60_000,
  async run({ db, log }) {
    const made = await makeMonths(db)
    if (made > 0) log.info({ made }, 'months of the log were made')
    for (const warning of await findDatabaseWarnings(db)) log.warn(warning)
  },
}
