import { setTimeout as wait } from 'node:timers/promises'
import { isAppError } from '../errors.ts'
import type { Services } from '../services.ts'
import { anchoring } from './anchor-log.ts'
import { checking } from './check-log.ts'
import { closeOverdue } from './close-overdue-viewings.ts'
import { cutLogBatches } from './cut-log-batches.ts'
import { deliverWebhooks } from './deliver-webhooks.ts'
import { dropByRule } from './drop-by-rule.ts'
import type { Duty } from './duty.ts'
import { endAccess } from './end-access.ts'
import { endLapsed } from './end-lapsed-sign-ins.ts'
import { forgetTold } from './forget-told.ts'
import type { Job } from './job.ts'
import { lapseChanges } from './lapse-changes.ts'
import { whileLocked } from './lock.ts'
import { exporting } from './make-exports.ts'
import { makeMonthsAhead } from './make-months.ts'
import { readRecent } from './read-recent.ts'
import { createReadWhole } from './read-whole.ts'
import { renewSignIns } from './renew-sign-ins.ts'
import { sealing } from './seal-log.ts'
import { stamping } from './stamp-log.ts'
import { watchLogOutlets } from './watch-log-outlets.ts'

export type Worker = {
  /** Aborts what runs and gives the locks to another process. Waits for that, but not for ever. */
  stop(): Promise<void>
}

const STOP_MS = 4_000
/** However long a run took, the next one does not follow on its heels. */
const SHORTEST_PAUSE_MS = 1_000

/** Everything that is done in the background. */
export function listJobs(): readonly Job[] {
  return [
    endLapsed,
    renewSignIns,
    closeOverdue,
    readRecent,
    createReadWhole(),
    makeMonthsAhead,
    deliverWebhooks,
    cutLogBatches,
    watchLogOutlets,
    lapseChanges,
    dropByRule,
    ...endAccess,
    ...forgetTold,
    ...exporting,
  ]
}

/** Jobs that one process does together. */
export function doJobs(jobs: readonly Job[]): Duty {
  return {
    lock: 'recordroom background work',
    async work(services, signal) {
      await Promise.all(jobs.map((job) => repeat(services, job, signal)))
    },
  }
}

/**
 * Begins the background work of this process. Of all processes one at a time does each duty; the others wait for their
 * turn.
 */
export async function startWorker(
  services: Services,
  duties: readonly Duty[] = [sealing, anchoring, stamping, checking, doJobs(listJobs())],
): Promise<Worker> {
  const stopping = new AbortController()
  const work = Promise.all(duties.map((duty) => whileLocked(services, duty, stopping.signal)))
  let stopped: Promise<unknown> | undefined
  return {
    async stop() {
      stopping.abort(new Error('the worker stops'))
      stopped ??= Promise.race([work, wait(STOP_MS, undefined, { ref: false })])
      await stopped
    },
  }
}

async function repeat(services: Services, job: Job, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const begun = performance.now()
    try {
      await job.run(services, signal)
    } catch (error) {
      const code = isAppError(error) ? error.code : 'internal'
      if (!signal.aborted) services.log.error({ job: job.name, code, err: error }, 'a job failed')
    }
    const pauseMs = Math.max(SHORTEST_PAUSE_MS, job.everyMs - (performance.now() - begun))
    await wait(pauseMs, undefined, { signal, ref: false }).catch(() => {})
  }
}
