import { closeOverdueViewings } from '../viewings/close-viewing.ts'
import type { Job } from './job.ts'

/** How many a run takes at most, in hundreds: the rest comes with the next. */
const MAX_ROUNDS = 50

/** Puts on record the end of viewings that are past their time. They are refused before that already. */
export const closeOverdue: Job = {
  name: 'close-overdue-viewings',
  everyMs: 15_000,
  async run(services, signal) {
    for (let round = 0; round < MAX_ROUNDS && !signal.aborted; round += 1) {
      const count = await closeOverdueViewings(services)
      if (count === 0) return
    }
  },
}
