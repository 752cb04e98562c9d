import type { Prisma } from '../../prisma/client/client.ts'
import type { Act, ActFacts } from '../access/act.ts'
import { can, projectsFor } from '../access/permissions.ts'
import type { Actor } from '../auth/actor.ts'
import { AppError } from '../errors.ts'
import { factsOfProject } from '../projects/project-facts.ts'

/** A project, and whether what is changed of it waits for a second administrator. */
export type Project = {
  readonly id: string
  readonly name: string
  readonly region: string | null
  readonly fourEyes: boolean
}

/** Where a webhook stands, or is to stand. */
export type Place = {
  /** Null: all projects. */
  readonly project: Project | null
  /** Where a change of it waits for a second administrator; null: it is made at once. */
  readonly guarded: Project | null
}

/** Throws `forbidden` for a project that is not there or not theirs. */
export async function lockPlaceByName({ tx, actor }: Act, name: string | null): Promise<Place> {
  if (name === null) return lockAll(tx, actor)
  const [project] = await tx.$queryRaw<Project[]>`
    SELECT id, name, region, four_eyes AS "fourEyes" FROM projects WHERE name = ${name} FOR NO KEY UPDATE`
  return toPlace(actor, project)
}

/** The same of a project by its id; null: of all. */
export async function lockPlace({ tx, actor }: Act, projectId: string | null): Promise<Place> {
  if (projectId === null) return lockAll(tx, actor)
  const [project] = await tx.$queryRaw<Project[]>`
    SELECT id, name, region, four_eyes AS "fourEyes" FROM projects WHERE id = ${projectId}::uuid FOR NO KEY UPDATE`
  return toPlace(actor, project)
}

/** What is of all projects is of those with four eyes too, and waits beside one of them. */
async function lockAll(tx: Prisma.TransactionClient, actor: Actor): Promise<Place> {
  if (projectsFor(actor.roles, 'project:manage') !== 'all') throw new AppError('forbidden')
  const [guarded = null] = await tx.$queryRaw<Project[]>`
    SELECT id, name, region, four_eyes AS "fourEyes" FROM projects
    WHERE four_eyes ORDER BY name, id LIMIT 1 FOR NO KEY UPDATE`
  return { project: null, guarded }
}

/** What a row of the log says of where it is. */
export function factsOf({ project }: Place): ActFacts {
  return project === null ? {} : factsOfProject(project)
}

function toPlace(actor: Actor, project: Project | undefined): Place {
  if (project === undefined || !can(actor.roles, 'project:manage', project.id))
    throw new AppError('forbidden')
  return { project, guarded: project.fourEyes ? project : null }
}
