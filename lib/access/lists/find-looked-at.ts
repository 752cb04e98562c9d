import { Prisma, type PrismaClient } from '../../../prisma/client/client.ts'
import { withinDeadline } from '../../database.ts'
import { isUuid } from '../../uuid.ts'
import { isInView, isManaged, type Managed } from '../managed.ts'

/** What is looked at: a scope, to see who reaches it, or a person, to see what they reach. A project by its name. */
export type LookedAt =
  | { readonly project: string }
  | { readonly sessionId: string }
  | { readonly archiveId: string }
  | { readonly personId: string }

export type ReachedProject = { readonly id: string; readonly name: string; readonly region: string | null }

/** The same, of which it is known that whoever looks may. */
export type FoundLookedAt =
  | { readonly kind: 'person'; readonly personId: string }
  | { readonly kind: 'project'; readonly projects: readonly ReachedProject[] }
  | { readonly kind: 'session'; readonly sessionId: string; readonly projects: readonly ReachedProject[] }
  | { readonly kind: 'archive'; readonly archiveId: string; readonly projects: readonly ReachedProject[] }

type Database = Pick<PrismaClient, '$queryRaw'>

const LONGEST_ID = 255

/** What is not known and what concerns no project of theirs are the same nothing. */
export async function findLookedAt(
  db: Database,
  managed: Managed,
  wanted: LookedAt,
): Promise<FoundLookedAt | null> {
  if ('personId' in wanted) {
    const isSeen = await canSeePerson(db, managed, wanted.personId)
    return isSeen ? { kind: 'person', personId: wanted.personId } : null
  }
  const where = planWhere(wanted)
  if (where === null) return null
  const projects = await withinDeadline(
    db.$queryRaw<ReachedProject[]>`
      SELECT pr.id, pr.name, pr.region FROM projects pr WHERE ${isManaged(managed)} AND ${where} ORDER BY pr.id`,
  )
  if (projects.length === 0) return null
  if ('project' in wanted) return { kind: 'project', projects }
  if ('sessionId' in wanted) return { kind: 'session', sessionId: wanted.sessionId, projects }
  return { kind: 'archive', archiveId: wanted.archiveId, projects }
}

/** Whether an administrator of these projects is to know of a person at all. */
async function canSeePerson(db: Database, managed: Managed, personId: string): Promise<boolean> {
  if (!isUuid(personId)) return false
  const rows = await withinDeadline(
    db.$queryRaw<unknown[]>`SELECT 1 FROM people p WHERE p.id = ${personId}::uuid AND ${isInView(managed)}`,
  )
  return rows.length > 0
}

/** SQL: whether project `pr` holds it: by the catalogue, or by a grant that was given for what no recorder lists any more. */
function planWhere(wanted: Exclude<LookedAt, { readonly personId: string }>): Prisma.Sql | null {
  if ('project' in wanted)
    return wanted.project.includes('\0') ? null : Prisma.sql`pr.name = ${wanted.project}`
  if ('sessionId' in wanted) {
    const { sessionId } = wanted
    if (sessionId.length > LONGEST_ID || sessionId.includes('\0')) return null
    return Prisma.sql`(
      EXISTS (SELECT FROM archives a WHERE a.session_id = ${sessionId} AND a.project_id = pr.id)
      OR EXISTS (SELECT FROM grants g WHERE g.session_id = ${sessionId} AND g.project_id = pr.id))`
  }
  const { archiveId } = wanted
  if (!isUuid(archiveId)) return null
  return Prisma.sql`(
    EXISTS (SELECT FROM archives a WHERE a.id = ${archiveId}::uuid AND a.project_id = pr.id)
    OR EXISTS (SELECT FROM grants g WHERE g.archive_id = ${archiveId}::uuid AND g.project_id = pr.id))`
}
