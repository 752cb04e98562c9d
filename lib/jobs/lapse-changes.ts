import { lapseOverdueChanges } from '../projects/lapse-change.ts'
import { inRounds } from './in-rounds.ts'
import type { Job } from './job.ts'

/** A hundred each. */
const MAX_ROUNDS = 50

/** Puts on record, and tells, that changes of projects lapsed undecided. They are refused before that already. */
export const lapseChanges: Job = {
  ...{ name: 'lapse-changes', everyMs: 60_000 },
  run: inRounds(MAX_ROUNDS, lapseOverdueChanges),
}
