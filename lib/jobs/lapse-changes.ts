import { lapseOverdueChanges } from '../projects/lapse-change.ts'
import type { Job } from './job.ts'

/** How many a run takes at most, in hundreds: the rest comes with the next. */
const MAX_ROUNDS = 50

/** Puts on record, and tells, that changes of projects lapsed undecided. They are refused before that already. */
export const lapseChanges: Job = {
  name: 'lapse-changes',
  everyMs: 60_000,
  async run(services, signal) {
    for (let round = 0; round < MAX_ROUNDS && !signal.aborted; round += 1) {
      const count = await lapseOverdueChanges(services)
      if (count === 0) return
    }
  },
}
