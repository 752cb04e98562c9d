import { endLapsedSignIns } from '../auth/end-sign-in.ts'
import { inRounds } from './in-rounds.ts'
import type { Job } from './job.ts'

/** Two hundred each. */
const MAX_ROUNDS = 25

/** Puts on record the end of sign-ins that nobody came back to. They are refused before that already. */
export const endLapsed: Job = {
  ...{ name: 'end-lapsed-sign-ins', everyMs: 30_000 },
  run: inRounds(MAX_ROUNDS, endLapsedSignIns),
}
