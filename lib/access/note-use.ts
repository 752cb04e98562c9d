import { Prisma, type PrismaClient } from '../../prisma/client/client.ts'
import { withinDeadline } from '../database.ts'
import { COUNTS, REACHES_ARCHIVE } from './grants.ts'

type Database = Pick<PrismaClient, '$queryRaw' | '$executeRaw'>

/** SQL: whether the last use of grant `g` that is written down is longer ago than it is kept to. */
const IS_DUE = Prisma.sql`(g.last_used_at IS NULL OR g.last_used_at < now() - interval '1 hour')`

/**
 * Keeps when grants were last used, to the hour: an access review asks for it. One that somebody is about to change is
 * passed over, so that nobody waits for it.
 */
export async function noteUse(db: Pick<Database, '$executeRaw'>, grantIds: readonly string[]): Promise<void> {
  if (grantIds.length === 0) return
  await withinDeadline(
    db.$executeRaw`
      UPDATE grants SET last_used_at = now()
      WHERE id IN (
        SELECT g.id FROM grants g WHERE g.id = ANY (${[...grantIds]}::uuid[]) AND ${IS_DUE}
        FOR NO KEY UPDATE SKIP LOCKED)`,
  )
}

/** The same for every grant by which somebody has just found archives. */
export async function noteFound(
  db: Database,
  personId: string,
  archives: readonly { readonly archiveId: string }[],
): Promise<void> {
  if (archives.length === 0) return
  const ids = archives.map(({ archiveId }) => archiveId)
  const used = await withinDeadline(
    db.$queryRaw<{ id: string }[]>`
      WITH found AS MATERIALIZED (
        SELECT id, project_id, session_id, created_at FROM archives WHERE id = ANY (${ids}::uuid[]))
      SELECT DISTINCT g.id
      FROM people p CROSS JOIN projects pr JOIN grants g ON ${COUNTS}
      WHERE p.id = ${personId}::uuid AND 'recording:find' = ANY (g.rights) AND ${IS_DUE}
        AND EXISTS (SELECT FROM found a WHERE a.project_id = pr.id AND ${REACHES_ARCHIVE})`,
  )
  await noteUse(
    db,
    used.map(({ id }) => id),
  )
}
