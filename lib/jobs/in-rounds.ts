import type { Services } from '../services.ts'
import type { Job } from './job.ts'

/**
 * A run of work that does so many at a time and answers how many: round after round until none is left, and no more
 * rounds than these. The rest comes with the next run.
 */
export function inRounds(mostRounds: number, work: (services: Services) => Promise<number>): Job['run'] {
  return async (services, signal) => {
    for (let round = 0; round < mostRounds && !signal.aborted; round += 1) {
      if ((await work(services)) === 0) return
    }
  }
}
