import { type Actor, auditActor } from '../auth/actor.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'
import type { AuditEvent } from './event.ts'
import { recordEvent } from './record.ts'

/** What is read of the log, and which recording or project that is about. */
type Reading = Required<Pick<AuditEvent, 'target'>> &
  Pick<AuditEvent, 'sessionId' | 'archiveId' | 'projectId' | 'projectName' | 'after'>

/** Puts on record that somebody reads of the log, before they do. */
export async function recordReading(
  { db }: Pick<Services, 'db'>,
  actor: Actor,
  reading: Reading,
): Promise<void> {
  const who = { actor: auditActor(actor), client: actor.client }
  await recordEvent(db, { id: newUuid(), action: 'log.searched', outcome: 'allowed', ...who, ...reading })
}
