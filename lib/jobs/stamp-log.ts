import { setTimeout as wait } from 'node:timers/promises'
import { noteFailing, noteReached } from '../audit/anchor/failing.ts'
import { openAnchor } from '../audit/anchor/open-anchor.ts'
import { sayAuthority } from '../audit/timestamp/ask-authority.ts'
import { depositStamps, stampNewest } from '../audit/timestamp/stamp-log.ts'
import type { Services } from '../services.ts'
import type { Duty } from './duty.ts'

const EVERY_MS = 10_000
/** An authority that does not stamp is asked again, and not every few seconds. */
const AFTER_FAILURE_MS = 5 * 60_000

/** Has the newest checkpoint stamped once an hour by `AUDIT_TIMESTAMP_URL`, and puts the stamp beside it at the anchor. */
export const stamping: Duty = { lock: 'recordroom time stamp', work: keepStamping }

async function keepStamping(services: Services, signal: AbortSignal): Promise<void> {
  const { auditTimestampUrl: url, auditAnchor } = services.env
  const { db, outgoing, log } = services
  const place = url === null ? null : sayAuthority(url)
  const deposit = auditAnchor === null ? null : openAnchor(auditAnchor, outgoing)
  while (!signal.aborted) {
    let pauseMs = EVERY_MS
    try {
      if (url !== null && place !== null) {
        await stampNewest(db, outgoing, { url, signal })
        if (deposit !== null) await depositStamps(db, deposit, signal)
        // Where either had failed, it was due again.
        await noteReached(services, place)
      }
    } catch (error) {
      if (signal.aborted) return
      pauseMs = AFTER_FAILURE_MS
      await noteFailing(services, place ?? 'no authority', error).catch(() => {
        log.error({ err: error, place }, 'the log could not be stamped')
      })
    }
    await wait(pauseMs, undefined, { signal, ref: false }).catch(() => {})
  }
}
