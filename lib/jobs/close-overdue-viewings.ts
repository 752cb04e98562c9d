import { closeOverdueViewings } from '../viewings/close-viewing.ts'
import { inRounds } from './in-rounds.ts'
import type { Job } from './job.ts'

/** A hundred each. */
const MAX_ROUNDS = 50

/** Puts on record the end of viewings that are past their time. They are refused before that already. */
export const closeOverdue: Job = {
  ...{ name: 'close-overdue-viewings', everyMs: 15_000 },
  run: inRounds(MAX_ROUNDS, closeOverdueViewings),
}
