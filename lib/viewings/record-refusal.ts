import { recordEvent } from '../audit/record.ts'
import { type Actor, auditActor } from '../auth/actor.ts'
import type { ErrorCode } from '../errors.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'
import type { Lease } from './lease.ts'
import { ACTIONS, type Purpose } from './viewing.ts'

/** A viewing that somebody reached for and was refused; `lease` is null for one that there is not. */
export type Refusal = { readonly purpose: Purpose; readonly code: ErrorCode; readonly lease: Lease | null }

/** Puts on record that a viewing was refused, before it is told. */
export async function recordRefusal(
  services: Services,
  actor: Actor,
  { purpose, code, lease }: Refusal,
): Promise<void> {
  await recordEvent(services.db, {
    id: newUuid(),
    action: ACTIONS[purpose].refused,
    outcome: 'refused',
    code,
    actor: auditActor(actor),
    client: actor.client,
    ...(lease && describeLease(lease)),
  })
}

function describeLease({ viewingId, archiveId, sessionId, projectId, projectName }: Lease) {
  return { viewingId, archiveId, sessionId, projectId, projectName }
}
