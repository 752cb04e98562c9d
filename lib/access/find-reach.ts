import type { Prisma } from '../../prisma/client/client.ts'
import { USUAL_LONGEST_GRANT_DAYS } from './grant-length.ts'
import type { ReachRow } from './grant-row.ts'
import { type GrantScope, toScopeColumns } from './grant-scope.ts'
import type { WantedReach } from './wanted.ts'

/** Where a grant reaches, found among what is known. */
export type Reach = {
  readonly scope: GrantScope
  /** The project it lies in; null for a region or a unit, which lie in several. */
  readonly project: { readonly id: string; readonly name: string; readonly region: string | null } | null
  /** How long a grant may last that people give here: the shortest of the projects reached. */
  readonly longestDays: number
}

type Row = { id: string; name: string; region: string | null; longestDays: number | null }

/** What is named, found; null where nothing is known by that name or ID. */
export async function findReach(tx: Prisma.TransactionClient, wanted: WantedReach): Promise<Reach | null> {
  const rows = await findProjects(tx, wanted)
  const [first] = rows
  if (first === undefined) return null
  const longestDays = Math.min(...rows.map((row) => row.longestDays ?? USUAL_LONGEST_GRANT_DAYS))
  const project = { id: first.id, name: first.name, region: first.region }
  const scope = toScope(wanted, project.id)
  return { scope, project: scope.kind === 'region' || scope.kind === 'unit' ? null : project, longestDays }
}

/** The same as a row has it. */
export function toReachRow({ scope, project }: Pick<Reach, 'scope' | 'project'>): ReachRow {
  const { projectId, region, sessionId, archiveId } = toScopeColumns(scope)
  const ofProject = { projectName: project?.name ?? null, region: region ?? project?.region ?? null }
  return { projectId, ...ofProject, sessionId, archiveId }
}

function toScope(wanted: WantedReach, projectId: string): GrantScope {
  switch (wanted.kind) {
    case 'region':
      return { kind: 'region', region: wanted.name }
    case 'unit':
      return { kind: 'unit', unit: wanted.name }
    case 'session':
      return { kind: 'session', projectId, sessionId: wanted.sessionId }
    case 'archive':
      return { kind: 'archive', projectId, archiveId: wanted.archiveId }
    default:
      return { kind: 'project', projectId }
  }
}

function findProjects(tx: Prisma.TransactionClient, wanted: WantedReach): Promise<Row[]> {
  switch (wanted.kind) {
    case 'project':
      return tx.$queryRaw<Row[]>`
        SELECT id, name, region, longest_grant_days AS "longestDays" FROM projects WHERE name = ${wanted.name}`
    case 'region':
      return tx.$queryRaw<Row[]>`
        SELECT id, name, region, longest_grant_days AS "longestDays" FROM projects WHERE region = ${wanted.name}`
    case 'unit':
      return tx.$queryRaw<Row[]>`
        SELECT id, name, region, longest_grant_days AS "longestDays" FROM projects WHERE unit = ${wanted.name}`
    case 'session':
      // Should two recorders list it, the one that had it first.
      return tx.$queryRaw<Row[]>`
        SELECT p.id, p.name, p.region, p.longest_grant_days AS "longestDays"
        FROM archives a JOIN projects p ON p.id = a.project_id
        WHERE a.session_id = ${wanted.sessionId} ORDER BY a.created_at, a.id LIMIT 1`
    case 'archive':
      return tx.$queryRaw<Row[]>`
        SELECT p.id, p.name, p.region, p.longest_grant_days AS "longestDays"
        FROM archives a JOIN projects p ON p.id = a.project_id WHERE a.id = ${wanted.archiveId}::uuid`
  }
}
