import { endLapsedTokens } from '../audit/out/end-lapsed-tokens.ts'
import { reportLate } from '../audit/out/report-late.ts'
import { eachAlone } from '../each-alone.ts'
import { endLapsedPushes } from '../webhooks/log/end-push.ts'
import { forgetTakenBatches } from '../webhooks/log/forget-batches.ts'
import type { Job } from './job.ts'

/** Ends what lets the log out and counts no more, puts on record what went out last, and forgets what was taken long ago. */
export const watchLogOutlets: Job = {
  name: 'watch-log-outlets',
  everyMs: 30_000,
  async run(services, signal) {
    const works = [reportLate, endLapsedTokens, endLapsedPushes, forgetTakenBatches]
    await eachAlone(works, (work) => work(services, signal))
  },
}
