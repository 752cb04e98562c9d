import type { PrismaClient } from '../../../prisma/client/client.ts'
import { can } from '../../access/permissions.ts'
import type { Actor } from '../../auth/actor.ts'
import { withinDeadline } from '../../database.ts'
import type { Services } from '../../services.ts'
import { recordReading } from '../record-reading.ts'

/** Somebody who opened a recording. */
export type SeenBy = {
  readonly subject: string
  /** As they are known today. */
  readonly name: string | null
  readonly email: string | null
  readonly plays: number
  readonly downloads: number
  readonly firstAt: Date
  readonly lastAt: Date
  /** Of the log's page: what this person did with this recording. */
  readonly parameters: Readonly<Record<string, string>>
}

export type Seen = {
  readonly people: number
  readonly plays: number
  readonly downloads: number
  readonly firstAt: Date | null
  readonly lastAt: Date | null
  /** Latest first; null for whoever may not read the log of the recording's project. */
  readonly by: readonly SeenBy[] | null
}

type Recording = { readonly archiveId: string; readonly projectId: string }
type Row = Omit<SeenBy, 'parameters'>

/**
 * Who has seen a recording: counts and dates for whoever may see it, which the caller knows, and names for its auditors.
 * That names are read is on record before they are. Throws `audit-unavailable`.
 */
export async function readSeen(services: Services, actor: Actor, recording: Recording): Promise<Seen> {
  const { archiveId, projectId } = recording
  const mayKnow = can(actor.roles, 'audit:read', projectId)
  if (mayKnow)
    await recordReading(services, actor, { target: { kind: 'log', id: 'seen' }, archiveId, projectId })
  const rows = await withinDeadline(findSeen(services.db, recording))
  const sum = (of: (row: Row) => number): number => rows.reduce((all, row) => all + of(row), 0)
  const earliest = Math.min(...rows.map(({ firstAt }) => firstAt.getTime()))
  return {
    people: rows.length,
    plays: sum(({ plays }) => plays),
    downloads: sum(({ downloads }) => downloads),
    firstAt: rows.length === 0 ? null : new Date(earliest),
    lastAt: rows[0]?.lastAt ?? null,
    by: mayKnow
      ? rows.map((row) => ({ ...row, parameters: { archive: archiveId, person: row.subject } }))
      : null,
  }
}

/** Of this project alone: rows of another may speak of a recording by the same ID. */
function findSeen(db: Pick<PrismaClient, '$queryRaw'>, { archiveId, projectId }: Recording): Promise<Row[]> {
  return db.$queryRaw<Row[]>`
    SELECT e.actor_subject AS subject, max(p.name) AS name, max(p.email) AS email,
      count(*) FILTER (WHERE e.action = 'viewing.opened')::int AS plays,
      count(*) FILTER (WHERE e.action = 'download.opened')::int AS downloads,
      min(e.at) AS "firstAt", max(e.at) AS "lastAt"
    FROM audit.events e
    LEFT JOIN people p ON p.issuer = e.actor_issuer AND p.subject = e.actor_subject
    WHERE e.archive_id = ${archiveId}::uuid AND e.project_id = ${projectId}::uuid AND e.action IN ('viewing.opened', 'download.opened')
      AND e.outcome = 'allowed' AND e.actor_subject IS NOT NULL
    GROUP BY e.actor_issuer, e.actor_subject ORDER BY max(e.at) DESC, e.actor_subject`
}
