import { setTimeout as wait } from 'node:timers/promises'
import { anchorLog } from '../audit/anchor/anchor-log.ts'
import { noteFailing, noteReached } from '../audit/anchor/failing.ts'
import { openAnchor } from '../audit/anchor/open-anchor.ts'
import { createSigner } from '../audit/signer.ts'
import type { Services } from '../services.ts'
import type { Duty } from './duty.ts'

const EVERY_MS = 1_000
/** Between batches of what is put there later. */
const SHORTEST_PAUSE_MS = 20
/** An anchor that fails is tried less and less often, and still often enough to be back soon. */
const LONGEST_PAUSE_MS = 30_000

/** Puts the log's checkpoints at `AUDIT_ANCHOR` once a second; sealing does not wait for it, nor it for other jobs. */
export const anchoring: Duty = { lock: 'recordroom anchor', work: keepAnchoring }

async function keepAnchoring(services: Services, signal: AbortSignal): Promise<void> {
  const { env, db, outgoing } = services
  if (env.auditAnchor === null) return untilAborted(signal)
  const deposit = openAnchor(env.auditAnchor, outgoing)
  const signer = createSigner(env)
  let failures = 0
  while (!signal.aborted) {
    let pauseMs = EVERY_MS
    try {
      const { isMore } = await anchorLog(db, deposit, { signer, signal })
      await noteReached(services, deposit.label)
      failures = 0
      if (isMore) pauseMs = SHORTEST_PAUSE_MS
    } catch (error) {
      if (signal.aborted) return
      pauseMs = Math.min(LONGEST_PAUSE_MS, EVERY_MS * 2 ** failures)
      failures += 1
      await note(services, deposit.label, error)
    }
    await wait(pauseMs, undefined, { signal, ref: false }).catch(() => {})
  }
}

/** A database that is gone notes nothing, and then the next pass fails as well. */
async function note(services: Services, place: string, error: unknown): Promise<void> {
  await noteFailing(services, place, error).catch(() => {
    services.log.error({ err: error, place }, 'checkpoints of the log could not be anchored')
  })
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await wait(60_000, undefined, { signal, ref: false }).catch(() => {})
}
