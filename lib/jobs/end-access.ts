import { recordGrantEnds, tellGrantEnds } from '../access/end-grants.ts'
import { lapseUndecided } from '../access/lapse-requests.ts'
import type { Job } from './job.ts'

/** How many a run takes at most, in hundreds: the rest comes with the next. */
const MAX_ROUNDS = 20

/** What time does to grants and requests, on record and told. Nothing counts on it: every query asks the clock itself. */
export const endAccess: Job = {
  name: 'end-access',
  everyMs: 20_000,
  async run(services, signal) {
    for (const work of [recordGrantEnds, lapseUndecided, tellGrantEnds]) {
      for (let round = 0; round < MAX_ROUNDS && !signal.aborted; round += 1) {
        if ((await work(services)) === 0) break
      }
    }
  },
}
