import { recordGrantEnds, tellGrantEnds } from '../access/giving/end-grants.ts'
import { lapseGrants, lapseRequests } from '../access/requests/lapse-requests.ts'
import { inRounds } from './in-rounds.ts'
import type { Job } from './job.ts'

/** Two hundred each. */
const MAX_ROUNDS = 20
const WORKS = {
  'record-grant-ends': recordGrantEnds,
  'lapse-requests': lapseRequests,
  'lapse-grants': lapseGrants,
  'tell-grant-ends': tellGrantEnds,
} as const

/**
 * What time does to grants and requests, on record and told. Nothing counts on it: every query asks the clock itself.
 * Each is a job of its own, so that one which fails holds up none of the others.
 */
export const endAccess: readonly Job[] = Object.entries(WORKS).map(([name, work]) => ({
  ...{ name, everyMs: 20_000, run: inRounds(MAX_ROUNDS, work) },
}))
