import type { PrismaClient } from '../../../prisma/client/client.ts'
import { projectsFor } from '../../access/permissions.ts'
import type { Actor } from '../../auth/actor.ts'
import { withinDeadline } from '../../database.ts'
import { DEFAULT_REASONS, parseReasons, type Reason } from '../../projects/reasons.ts'
import type { Services } from '../../services.ts'

/** What the log's filter can be chosen from, of the projects that the reader may read. */
export type Filterable = {
  readonly projects: readonly string[]
  /** By their codes; what a code is called where it was first met. */
  readonly reasons: readonly Pick<Reason, 'code' | 'label'>[]
}

type Row = { readonly name: string; readonly reasons: unknown }

/** Names of projects and codes of reasons, each once. Throws `audit-unavailable`. */
export async function listFilterable({ db }: Services, actor: Actor): Promise<Filterable> {
  const rows = await withinDeadline(findProjects(db, projectsFor(actor.roles, 'audit:read')))
  const reasons = new Map<string, Pick<Reason, 'code' | 'label'>>()
  for (const { code, label } of [...rows.flatMap((row) => parseReasons(row.reasons)), ...DEFAULT_REASONS])
    if (!reasons.has(code)) reasons.set(code, { code, label })
  return { projects: [...new Set(rows.map(({ name }) => name))], reasons: [...reasons.values()] }
}

function findProjects(db: PrismaClient, scope: 'all' | readonly string[]): Promise<Row[]> {
  return scope === 'all'
    ? db.$queryRaw<Row[]>`SELECT name, reasons FROM projects ORDER BY name`
    : db.$queryRaw<Row[]>`SELECT name, reasons FROM projects WHERE id = ANY(${scope}::uuid[]) ORDER BY name`
}
