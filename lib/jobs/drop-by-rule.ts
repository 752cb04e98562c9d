import { dropDue } from '../audit/retention/drop-due.ts'
import type { Job } from './job.ts'

/** Once a day announces, and a week later drops, what the rules of the log let go. */
export const dropByRule: Job = {
  name: 'drop-by-rule',
  everyMs: 24 * 60 * 60_000,
  async run(services, signal) {
    await dropDue(services, new Date(), signal)
  },
}
