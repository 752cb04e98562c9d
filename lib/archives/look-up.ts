import { Prisma, type PrismaClient } from '../../prisma/client/client.ts'
import { withinDeadline } from '../database.ts'
import { CATALOGUE_COLUMNS, type CatalogueRow } from './catalogue-row.ts'
import { IN_REACH, type Looking, scopeOf } from './scope.ts'

type Database = Pick<PrismaClient, '$queryRaw'>

/** All archives, oldest first, of the sessions named, and of those the archives named belong to, as far as in scope. */
export async function lookUp(
  db: Database,
  looking: Looking,
  {
    sessionIds,
    archiveIds,
  }: { readonly sessionIds: readonly string[]; readonly archiveIds: readonly string[] },
): Promise<CatalogueRow[]> {
  const ofArchives = archiveIds.length === 0 ? [] : await findSessionIds(db, looking, archiveIds)
  const wanted = [...new Set([...sessionIds, ...ofArchives])]
  if (wanted.length === 0) return []
  return withinDeadline(
    db.$queryRaw<CatalogueRow[]>`
      WITH ${scopeOf(looking)}
      -- One session at a time, and OFFSET 0, keep to the index of sessions however old the table's statistics are.
      SELECT ${CATALOGUE_COLUMNS}
      FROM unnest(${wanted}::text[]) AS wanted (session_id)
      CROSS JOIN LATERAL (SELECT * FROM archives WHERE session_id = wanted.session_id OFFSET 0) a
      WHERE ${IN_REACH}
      ORDER BY a.created_at, a.id`,
  )
}

async function findSessionIds(
  db: Database,
  looking: Looking,
  archiveIds: readonly string[],
): Promise<string[]> {
  const rows = await withinDeadline(
    db.$queryRaw<{ sessionId: string }[]>`
      WITH ${scopeOf(looking)}
      SELECT DISTINCT a.session_id AS "sessionId" FROM archives a
      WHERE a.id = ANY (${archiveIds}::uuid[]) AND ${IN_REACH}`,
  )
  return rows.map(({ sessionId }) => sessionId)
}

const PAGE_SIZE = 50

/**
 * A page of sessions, whose newest archive is newest first, each with all its archives, oldest first. `after` is the
 * `next` of the page before; anything else begins at the beginning.
 */
export async function listSessions(
  db: Database,
  looking: Looking,
  after: string | null,
): Promise<{ rows: CatalogueRow[]; next: string | null }> {
  const heads = await findHeads(db, looking, after)
  const shown = heads.slice(0, PAGE_SIZE)
  const last = shown.at(-1)
  const sessionIds = shown.map(({ sessionId }) => sessionId)
  const rows = await lookUp(db, looking, { sessionIds, archiveIds: [] })
  const next = heads.length > PAGE_SIZE && last !== undefined ? renderCursor(last) : null
  return { rows, next }
}

type Head = { readonly sessionId: string; readonly createdAt: Date; readonly archiveId: string }

/**
 * The newest archive in reach of each session: 50 and one more. Each project's part comes straight from its index, what
 * is named from that of sessions or of archives; a session in both is there once.
 */
async function findHeads(db: Database, looking: Looking, after: string | null): Promise<Head[]> {
  const cursor = parseCursor(after)
  const older =
    cursor === null
      ? Prisma.empty
      : Prisma.sql`WHERE (h.created_at, h.id) < (${cursor.createdAt}, ${cursor.archiveId}::uuid)`
  const olderArchive =
    cursor === null
      ? Prisma.empty
      : Prisma.sql`AND (a.created_at, a.id) <= (${cursor.createdAt}, ${cursor.archiveId}::uuid)`
  return withinDeadline(
    db.$queryRaw<Head[]>`
      WITH ${scopeOf(looking)}, wide AS (
        SELECT h.* FROM reach s
        CROSS JOIN LATERAL (
          SELECT a.project_id, a.session_id, a.created_at, a.id FROM archives a
          WHERE a.project_id = s.project_id AND (s.newer_than IS NULL OR a.created_at > s.newer_than) ${olderArchive}
            -- OFFSET 0 as above: another index would be read from end to end for each row. CASE, because the planner
            -- takes an equation for so rare that it would sort the whole project first.
            AND CASE WHEN a.id = (
              SELECT newest.id
              FROM (SELECT * FROM archives WHERE session_id = a.session_id OFFSET 0) newest
              WHERE newest.project_id = a.project_id
              ORDER BY newest.created_at DESC, newest.id DESC LIMIT 1) THEN true ELSE false END
          ORDER BY a.created_at DESC, a.id DESC LIMIT ${PAGE_SIZE + 2}) h
        WHERE NOT s.is_named
      ), named AS (
        SELECT DISTINCT ON (a.project_id, a.session_id) a.project_id, a.session_id, a.created_at, a.id
        FROM reach s
        CROSS JOIN LATERAL (
          (SELECT * FROM archives WHERE session_id = s.session_id OFFSET 0)
          UNION ALL (SELECT * FROM archives WHERE id = s.archive_id OFFSET 0)) a
        WHERE s.is_named AND a.project_id = s.project_id AND (s.newer_than IS NULL OR a.created_at > s.newer_than)
        ORDER BY a.project_id, a.session_id, a.created_at DESC, a.id DESC
      ), heads AS (
        -- A whole project shows a session's newest archive too, unless that is out of its reach.
        SELECT * FROM wide
        UNION ALL
        SELECT * FROM named n WHERE NOT EXISTS (
          SELECT FROM reach s
          CROSS JOIN LATERAL (
            SELECT newest.created_at
            FROM (SELECT * FROM archives WHERE session_id = n.session_id OFFSET 0) newest
            WHERE newest.project_id = n.project_id
            ORDER BY newest.created_at DESC, newest.id DESC LIMIT 1) newest
          WHERE NOT s.is_named AND s.project_id = n.project_id
            AND (s.newer_than IS NULL OR newest.created_at > s.newer_than))
      )
      SELECT h.session_id AS "sessionId", h.created_at AS "createdAt", h.id AS "archiveId"
      FROM heads h ${older}
      ORDER BY h.created_at DESC, h.id DESC LIMIT ${PAGE_SIZE + 1}`,
  )
}

function renderCursor({ createdAt, archiveId }: Head): string {
  return `${createdAt.getTime()}.${archiveId}`
}

const CURSOR = /^(\d{12,13})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

function parseCursor(text: string | null): { createdAt: Date; archiveId: string } | null {
  const [, milliseconds, archiveId] = CURSOR.exec(text ?? '') ?? []
  if (milliseconds === undefined || archiveId === undefined) return null
  return { createdAt: new Date(Number(milliseconds)), archiveId }
}
