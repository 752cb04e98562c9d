import { createHmac } from 'node:crypto'
import { recordEvent } from '../audit/record.ts'
import { type Actor, auditActor } from '../auth/actor.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'
import type { Recognised } from '../vonage/recognise-ids.ts'
import type { CatalogueRow } from './catalogue-row.ts'
import type { ScopedProject } from './scope.ts'

export type Search = {
  /** Null when the newest were listed. */
  readonly recognised: Recognised | null
  readonly rows: readonly CatalogueRow[]
  readonly scope: readonly ScopedProject[]
}

/**
 * Puts a search on record: the IDs recognised, and how many sessions were shown. Of the rest only its length and a keyed
 * hash, by which two searches for the same can be told. One that led to one session carries it, so that the log finds it.
 */
export async function recordSearch(
  services: Services,
  actor: Actor,
  { recognised, rows, scope }: Search,
): Promise<void> {
  const ids = recognised?.ids ?? []
  const sessionIds = ids.flatMap((id) => (id.kind === 'session-id' ? id.sessionId : []))
  const archiveIds = ids.flatMap((id) => (id.kind === 'archive-id' ? id.archiveId : []))
  const rest = recognised?.rest ?? ''
  const found = [...new Set(rows.map(({ sessionId }) => sessionId))]
  const only = ids.length === 1 ? (found[0] ?? sessionIds[0]) : undefined
  const project = ids.length === 1 ? scope.find(({ id }) => id === rows[0]?.projectId) : undefined
  await recordEvent(services.db, {
    id: newUuid(),
    action: 'session.searched',
    outcome: 'allowed',
    actor: auditActor(actor),
    client: actor.client,
    ...(only !== undefined && { sessionId: only }),
    ...(ids.length === 1 && archiveIds[0] !== undefined && { archiveId: archiveIds[0] }),
    ...(project !== undefined && {
      projectId: project.id,
      projectName: project.name,
      ...(project.region !== null && { region: project.region }),
    }),
    after: {
      ...(recognised === null ? { listed: 'newest' } : { sessionIds, archiveIds }),
      ...(rest !== '' && { rest: hideText(services, rest) }),
      sessionsShown: found.length,
    },
  })
}

/** What stands in the log for text that must not. */
export function hideText({ env }: Services, text: string): { length: number; hash: string } {
  const key = createHmac('sha256', env.secretsKey).update('text searched for').digest()
  return { length: text.length, hash: createHmac('sha256', key).update(text).digest('hex') }
}
