import { Prisma } from '../../../prisma/client/client.ts'
import type { Actor } from '../../auth/actor.ts'
import { withinDeadline } from '../../database.ts'
import type { Services } from '../../services.ts'
import { isUuid } from '../../uuid.ts'
import { findManaged, isManaged } from '../managed.ts'

/** A recording as those see it who manage access: nothing that would be played, and whether it is restricted. */
export type RecordingLine = {
  readonly archiveId: string
  readonly sessionId: string
  readonly project: string
  readonly createdAt: Date
  /** Set while it is opened by no grant that does not name it or its session. */
  readonly restrictedAt: Date | null
  readonly restrictedBy: string | null
}

const LIMIT = 100

/** The recordings of a session, or the one, as far as the actor manages access to them; the oldest first. */
export async function listRecordings(
  { db }: Services,
  actor: Actor,
  wanted: { readonly sessionId: string } | { readonly archiveId: string },
): Promise<RecordingLine[]> {
  const isOne = 'archiveId' in wanted
  if (isOne ? !isUuid(wanted.archiveId) : wanted.sessionId.includes('\0')) return []
  const which = isOne
    ? Prisma.sql`a.id = ${wanted.archiveId}::uuid`
    : Prisma.sql`a.session_id = ${wanted.sessionId}`
  return withinDeadline(
    db.$queryRaw<RecordingLine[]>`
      SELECT a.id AS "archiveId", a.session_id AS "sessionId", pr.name AS project, a.created_at AS "createdAt",
        a.restricted_at AS "restrictedAt", coalesce(p.name, p.email, p.subject) AS "restrictedBy"
      FROM archives a
      JOIN projects pr ON pr.id = a.project_id
      LEFT JOIN people p ON p.id = a.restricted_by
      WHERE ${which} AND ${isManaged(findManaged(actor))}
      ORDER BY a.created_at, a.id LIMIT ${LIMIT}`,
  )
}
