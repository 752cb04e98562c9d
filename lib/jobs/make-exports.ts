import { makeExports, removeExports } from '../audit/background/make-exports.ts'
import type { Job } from './job.ts'

/** Exports of the log that somebody asked for, and their end. */
export const exporting: readonly Job[] = [
  { name: 'make-log-exports', everyMs: 2_000, run: makeExports },
  { name: 'remove-log-exports', everyMs: 60_000, run: removeExports },
]
