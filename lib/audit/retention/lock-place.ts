import type { Prisma } from '../../../prisma/client/client.ts'
import type { Act, ActFacts } from '../../access/act.ts'
import { can, type Permission, projectsFor } from '../../access/permissions.ts'
import type { Actor } from '../../auth/actor.ts'
import { AppError } from '../../errors.ts'
import { factsOfProject } from '../../projects/project-facts.ts'

type Project = { readonly id: string; readonly name: string; readonly region: string | null }

/** What part of the log something is about. */
export type LogPlace = {
  /** Null: the portal itself, whatever is of no project. */
  readonly project: Project | null
  /** The project beside which a change of it waits. */
  readonly beside: Project
}

/** Throws `forbidden` for a project that is not there or not theirs; null: of all projects. */
export async function lockPlaceByName(
  { tx, actor }: Act,
  name: string | null,
  permission: Permission,
): Promise<LogPlace> {
  if (name === null) return lockPortal(tx, actor, permission)
  const rows = await tx.$queryRaw<Project[]>`
    SELECT id, name, region FROM projects WHERE name = ${name} FOR NO KEY UPDATE`
  return toPlace(actor, permission, rows)
}

/** The same of a project by its id. */
export async function lockPlaceById(
  { tx, actor }: Act,
  id: string | null,
  permission: Permission,
): Promise<LogPlace> {
  if (id === null) return lockPortal(tx, actor, permission)
  const rows = await tx.$queryRaw<Project[]>`
    SELECT id, name, region FROM projects WHERE id = ${id}::uuid FOR NO KEY UPDATE`
  return toPlace(actor, permission, rows)
}

/** What a row of the log says of where it is. */
export function factsOfPlace({ project }: LogPlace): ActFacts {
  return project === null ? {} : factsOfProject(project)
}

async function lockPortal(
  tx: Prisma.TransactionClient,
  { roles }: Actor,
  permission: Permission,
): Promise<LogPlace> {
  if (projectsFor(roles, permission) !== 'all') throw new AppError('forbidden')
  const [beside] = await tx.$queryRaw<Project[]>`
    SELECT id, name, region FROM projects ORDER BY name, id LIMIT 1 FOR NO KEY UPDATE`
  if (beside === undefined) throw new AppError('change-unfit', 'There is no project yet. Add one first.')
  return { project: null, beside }
}

function toPlace({ roles }: Actor, permission: Permission, [project]: readonly Project[]): LogPlace {
  if (project === undefined || !can(roles, permission, project.id)) throw new AppError('forbidden')
  return { project, beside: project }
}
