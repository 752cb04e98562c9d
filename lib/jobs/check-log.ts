import { setTimeout as wait } from 'node:timers/promises'
import { openAnchor } from '../audit/anchor/open-anchor.ts'
import { askNightly, runOpenCheck } from '../audit/check/run-check.ts'
import type { Services } from '../services.ts'
import type { Duty } from './duty.ts'

const EVERY_MS = 2_000
/** After a check that could not be brought to its end, which says nothing of the log. */
const AFTER_FAILURE_MS = 30_000

/** Checks the whole log when somebody asks for it, and once a night. */
export const checking: Duty = { lock: 'recordroom log check', work: keepChecking }

async function keepChecking(services: Services, signal: AbortSignal): Promise<void> {
  const { env, outgoing, log } = services
  const deposit = env.auditAnchor === null ? null : openAnchor(env.auditAnchor, outgoing)
  while (!signal.aborted) {
    let pauseMs = EVERY_MS
    try {
      await askNightly(services)
      await runOpenCheck(services, deposit, signal)
    } catch (error) {
      if (signal.aborted) return
      log.error({ err: error }, 'the log could not be checked')
      pauseMs = AFTER_FAILURE_MS
    }
    await wait(pauseMs, undefined, { signal, ref: false }).catch(() => {})
  }
}
