import { Prisma } from '../../prisma/client/client.ts'
import { AppError } from '../errors.ts'
import type { LogFilter, LogRole } from './log-filter.ts'
import { EVENT_TABLES } from './logged-event.ts'

/** Whatever the log can be asked over: a client, or the connection of an export. */
export type Asker = {
  $queryRaw<T>(query: TemplateStringsArray | Prisma.Sql, ...values: unknown[]): Promise<T>
}

/** Whose rows a reader may see. */
export type LogScope = readonly string[] | 'all'

/** A filter with what its words mean in the log's rows. */
export type KnownFilter = {
  readonly filter: LogFilter
  /** Whoever its person may be. */
  readonly subjects?: readonly string[]
  /** The projects that it names, of those that the reader may see. */
  readonly projectIds?: readonly string[]
  /** Values of `audit.role_set` that its role is in. */
  readonly roleSets?: readonly number[]
}

const MOST_PEOPLE = 200

/** Throws `request-invalid` when more people than can be looked for fit the filter's person. */
export async function learnFilter(db: Asker, filter: LogFilter, scope: LogScope): Promise<KnownFilter> {
  const { person, project, role } = filter
  const named = project === undefined ? 'all' : await findProjects(db, project)
  const projectIds = intersect(named, scope)
  return {
    filter,
    ...(person !== undefined && { subjects: await findSubjects(db, person, scope) }),
    ...(projectIds !== 'all' && { projectIds }),
    ...(role !== undefined && { roleSets: ROLE_SETS.filter((set) => set & ROLE_BITS[role]) }),
  }
}

const ROLE_BITS: Readonly<Record<LogRole, number>> = { reviewer: 1, admin: 2, auditor: 4 }
const ROLE_SETS: readonly number[] = [1, 2, 3, 4, 5, 6, 7]

function intersect(one: LogScope, other: LogScope): LogScope {
  if (one === 'all') return other
  return other === 'all' ? one : one.filter((id) => other.includes(id))
}

/** A mail or a name leads to subjects by way of the people known today; the log itself knows a person by subject. */
async function findSubjects(db: Asker, person: string, scope: LogScope): Promise<string[]> {
  const everybody = await findPeople(db, person, Prisma.sql`true`)
  // How many there are elsewhere is not told: where they are too many, those count of whom the reader may read something.
  const known =
    everybody.length <= MOST_PEOPLE || scope === 'all'
      ? everybody
      : await findPeople(db, person, hasRowsWithin(scope))
  if (known.length > MOST_PEOPLE)
    throw new AppError('request-invalid', `More than ${MOST_PEOPLE} people fit this. Write more of the name.`)
  return [...new Set([person, ...known])]
}

async function findPeople(db: Asker, person: string, which: Prisma.Sql): Promise<string[]> {
  const found = await db.$queryRaw<{ subject: string }[]>`
    SELECT subject FROM people
    WHERE subject IS NOT NULL
      AND (lower(email) = lower(${person}) OR position(lower(${person}) IN lower(name)) > 0) AND ${which}
    LIMIT ${MOST_PEOPLE + 1}`
  return found.map(({ subject }) => subject)
}

function hasRowsWithin(projectIds: readonly string[]): Prisma.Sql {
  return Prisma.sql`EXISTS (
    SELECT FROM ${EVENT_TABLES}
    WHERE e.actor_subject = people.subject AND coalesce(e.project_id, o.project_id) = ANY(${[...projectIds]}::uuid[]))`
}

/** By the name that a project has, or had when it was changed. */
async function findProjects(db: Asker, name: string): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM projects WHERE name = ${name}
    UNION
    SELECT project_id FROM audit.events
    WHERE action = 'project.changed' AND project_name = ${name} AND project_id IS NOT NULL`
  return rows.map(({ id }) => id)
}
