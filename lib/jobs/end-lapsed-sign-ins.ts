import { endLapsedSignIns } from '../auth/end-sign-in.ts'
import type { Job } from './job.ts'

/** How many a run takes at most, in thousands: the rest comes with the next. */
const MAX_ROUNDS = 5

/** Puts on record the end of sign-ins that nobody came back to. They are refused before that already. */
export const endLapsed: Job = {
  name: 'end-lapsed-sign-ins',
  everyMs: 30_000,
  async run(services, signal) {
    for (let round = 0; round < MAX_ROUNDS && !signal.aborted; round += 1) {
      const count = await endLapsedSignIns(services)
      if (count === 0) return
    }
  },
}
