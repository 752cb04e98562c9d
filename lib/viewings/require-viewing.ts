import type { Actor } from '../auth/actor.ts'
import { AppError } from '../errors.ts'
import type { Services } from '../services.ts'
import { closeViewing } from './close-viewing.ts'
import { closedError, findLease, type Lease } from './lease.ts'
import { forgetRecording } from './open-recordings.ts'
import { recordRefusal } from './record-refusal.ts'
import type { Purpose } from './viewing.ts'

/**
 * The lease of a viewing that was opened by this very sign-in and is still open.
 * Throws `forbidden` for a foreign or unknown one, `viewing-closed` for one that has ended; each refusal is on record,
 * and an end noticed here is put on record before it is told.
 */
export async function requireViewing(
  services: Services,
  actor: Actor,
  which: { readonly viewingId: string; readonly purpose: Purpose },
): Promise<Lease> {
  const lease = await findLease(services.db, which.viewingId)
  if (!lease || lease.signInId !== actor.signInId || lease.purpose !== which.purpose) {
    await recordRefusal(services, actor, { purpose: which.purpose, code: 'forbidden', lease })
    throw new AppError('forbidden')
  }
  if (lease.closed) {
    // By another process, perhaps: its key is still here.
    forgetRecording(lease.viewingId)
    await recordRefusal(services, actor, { purpose: which.purpose, code: 'viewing-closed', lease })
    throw closedError(lease.closed)
  }
  if (lease.overdue) {
    await closeViewing(services, lease.viewingId, { reason: lease.overdue })
    throw closedError(lease.overdue)
  }
  return lease
}
