import { Prisma } from '../../prisma/client/client.ts'

// As `findReach` finds it: should two recorders list a session, the one that had it first.
const CATALOGUED = Prisma.sql`CASE q.scope
  WHEN 'archive' THEN (SELECT a.project_id FROM archives a WHERE a.id = q.archive_id)
  WHEN 'session' THEN (
    SELECT a.project_id FROM archives a WHERE a.session_id = q.session_id ORDER BY a.created_at, a.id LIMIT 1) END`

/**
 * SQL: the project that request `q` asks for something of; null for a region, a unit, and an ID that is not known. Until
 * it is decided an ID is looked up each time: what was not known may have been catalogued since.
 */
export const ASKED_PROJECT = Prisma.sql`coalesce(
  CASE WHEN q.decision IS NULL THEN ${CATALOGUED} END, q.project_id, ${CATALOGUED})`
