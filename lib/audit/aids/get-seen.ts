import type { PrismaClient } from '../../../prisma/client/client.ts'
import { recordRefused } from '../../access/act.ts'
import { can } from '../../access/permissions.ts'
import type { Actor } from '../../auth/actor.ts'
import { withinDeadline } from '../../database.ts'
import { AppError } from '../../errors.ts'
import type { Services } from '../../services.ts'
import { isUuid } from '../../uuid.ts'
import { readSeen, type SeenBy } from './read-seen.ts'

/** A recording, and who has opened it. */
export type SeenRecording = {
  readonly archiveId: string
  readonly sessionId: string | null
  readonly project: string | null
  /** Latest first. */
  readonly by: readonly SeenBy[]
}

type Row = { readonly projectId: string; readonly project: string | null; readonly sessionId: string | null }

/**
 * Who has seen a recording that the log speaks of, for its auditors; on record, and so is a refusal. Throws `forbidden` for
 * one that the log does not know, and for one of a project whose log the reader may not read; `audit-unavailable`.
 */
export async function getSeen(services: Services, actor: Actor, archiveId: string): Promise<SeenRecording> {
  const rows = isUuid(archiveId) ? await withinDeadline(findRecording(services.db, archiveId)) : []
  const row = rows.find(({ projectId }) => can(actor.roles, 'audit:read', projectId))
  if (row === undefined) {
    const about = { target: { kind: 'log', id: 'seen' }, ...(isUuid(archiveId) && { archiveId }) }
    await recordRefused(services, { actor, action: 'log.searched', about }, 'forbidden')
    throw new AppError('forbidden')
  }
  const { projectId, project, sessionId } = row
  const { by } = await readSeen(services, actor, { archiveId: archiveId.toLowerCase(), projectId })
  return { archiveId: archiveId.toLowerCase(), sessionId, project, by: by ?? [] }
}

/** As rows of each project have it, the latest first; not each of them says all. */
function findRecording(db: Pick<PrismaClient, '$queryRaw'>, archiveId: string): Promise<Row[]> {
  return db.$queryRaw<Row[]>`
    SELECT project_id AS "projectId", max(session_id) AS "sessionId",
      (array_agg(project_name ORDER BY at DESC) FILTER (WHERE project_name IS NOT NULL))[1] AS project
    FROM audit.events WHERE archive_id = ${archiveId}::uuid AND project_id IS NOT NULL
    GROUP BY project_id ORDER BY max(at) DESC`
}
