import { projectsFor } from '../../access/permissions.ts'
import type { Actor } from '../../auth/actor.ts'
import { withinDeadline } from '../../database.ts'
import type { Services } from '../../services.ts'

export type Exportable = {
  /** By name. */
  readonly projects: readonly string[]
  /** Whether all of the log may be exported, with what belongs to no project. */
  readonly isForAll: boolean
}

/** Whose log somebody may export. */
export async function listExportable({ db }: Services, actor: Actor): Promise<Exportable> {
  const scope = projectsFor(actor.roles, 'audit:export')
  const projects = await withinDeadline(
    db.project.findMany({
      where: scope === 'all' ? {} : { id: { in: [...scope] } },
      select: { name: true },
      orderBy: { name: 'asc' },
    }),
  )
  return { projects: projects.map(({ name }) => name), isForAll: scope === 'all' }
}
