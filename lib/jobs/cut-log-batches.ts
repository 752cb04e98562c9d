import { cutBatches } from '../webhooks/log/cut-batches.ts'
import type { Job } from './job.ts'

/** Puts what was sealed on its way to where the log is pushed. */
export const cutLogBatches: Job = {
  name: 'cut-log-batches',
  everyMs: 1_000,
  run: (services) => cutBatches(services),
}
