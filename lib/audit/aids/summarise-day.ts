import type { PrismaClient } from '../../../prisma/client/client.ts'
import type { Zone } from '../../zone.ts'
import type { LogScope } from '../learn-filter.ts'
import { isOutside, type OfficeHours, parseOfficeHours } from './office-hours.ts'

/** Parameters of the log's page that show the rows of a figure. */
type Parameters = Readonly<Record<string, string>>

/** Somebody of whom more recordings were opened in a day than usual. */
export type BulkPlays = {
  readonly subject: string
  /** As they are known today. */
  readonly name: string | null
  readonly email: string | null
  readonly recordings: number
  readonly parameters: Parameters
}

export type ProjectDay = {
  readonly projectId: string
  readonly project: string
  readonly officeHours: OfficeHours
  /** Whatever was refused, with a link to all of it. */
  readonly refusals: { readonly count: number; readonly parameters: Parameters }
  /** Openings to play or to download. */
  readonly plays: number
  readonly outsideHours: number
  readonly withoutCase: number
  readonly bulk: readonly BulkPlays[]
}

export type DaySummary = {
  readonly day: Day
  readonly projects: readonly ProjectDay[]
  /** Projects whose people's days are not summed up, by name. */
  readonly leftOut: readonly string[]
}

/** From its first moment in a zone to the next day's. */
export type Day = { readonly from: Date; readonly to: Date; readonly zone: Zone }

type Reader = Pick<PrismaClient, '$queryRaw' | 'project'>
type Wanted = { readonly day: Day; readonly scope: LogScope; readonly bulkAbove: number }

type Play = {
  projectId: string
  subject: string | null
  archiveId: string | null
  at: Date
  hasCase: boolean
  name: string | null
  email: string | null
}
type Settled = { readonly hours: OfficeHours; readonly zone: Zone; readonly within: Parameters }

/** Above this many recordings a day somebody's plays are bulk. */
export const USUAL_BULK = 50

/**
 * What stood out on a day, project by project, of those whose log the reader may see. A project that has it switched off is
 * not looked at.
 */
export async function summariseDay(db: Reader, { day, scope, bulkAbove }: Wanted): Promise<DaySummary> {
  const projects = await db.project.findMany({
    ...(scope !== 'all' && { where: { id: { in: [...scope] } } }),
    orderBy: { name: 'asc' },
    select: { id: true, name: true, daySummary: true, officeHours: true },
  })
  const summed = projects.filter(({ daySummary }) => daySummary)
  const projectIds = summed.map(({ id }) => id)
  const [plays, refused] = await Promise.all([
    findPlays(db, day, projectIds),
    countRefusals(db, day, projectIds),
  ])
  const of = new Map(projectIds.map((id): [string, Play[]] => [id, []]))
  for (const play of plays) of.get(play.projectId)?.push(play)
  return {
    day,
    projects: summed.map(({ id, name, officeHours }) => {
      const hours = parseOfficeHours(officeHours)
      const within = { project: name, from: day.from.toISOString(), to: day.to.toISOString() }
      const settled = { hours, zone: hours.zone ?? day.zone, within }
      return {
        ...{ projectId: id, project: name, officeHours: hours },
        refusals: { count: refused.get(id) ?? 0, parameters: { ...within, outcome: 'refused' } },
        ...sumUp(of.get(id) ?? [], settled, bulkAbove),
      }
    }),
    leftOut: projects.filter(({ daySummary }) => !daySummary).map(({ name }) => name),
  }
}

function sumUp(
  plays: readonly Play[],
  { hours, zone, within }: Settled,
  bulkAbove: number,
): Pick<ProjectDay, 'plays' | 'outsideHours' | 'withoutCase' | 'bulk'> {
  const people = new Map<string, Play[]>()
  for (const play of plays)
    if (play.subject !== null) people.set(play.subject, [...(people.get(play.subject) ?? []), play])
  const bulk = [...people].flatMap(([subject, own]): BulkPlays[] => {
    const recordings = new Set(own.map(({ archiveId }) => archiveId)).size
    if (recordings <= bulkAbove) return []
    const { name = null, email = null } = own[0] ?? {}
    return [{ subject, name, email, recordings, parameters: { ...within, person: subject } }]
  })
  return {
    plays: plays.length,
    outsideHours: plays.filter(({ at }) => isOutside(hours, at, zone)).length,
    withoutCase: plays.filter(({ hasCase }) => !hasCase).length,
    bulk: bulk.sort((one, other) => other.recordings - one.recordings),
  }
}

function findPlays(db: Reader, { from, to }: Day, projectIds: readonly string[]): Promise<Play[]> {
  return db.$queryRaw<Play[]>`
    SELECT e.project_id AS "projectId", e.actor_subject AS subject, e.archive_id AS "archiveId", e.at,
      e.case_reference_hash IS NOT NULL AS "hasCase", p.name, p.email
    FROM audit.events e
    LEFT JOIN people p ON p.issuer = e.actor_issuer AND p.subject = e.actor_subject
    WHERE e.action IN ('viewing.opened', 'download.opened') AND e.outcome = 'allowed'
      AND e.at >= ${from} AND e.at < ${to} AND e.project_id = ANY(${projectIds}::uuid[])`
}

async function countRefusals(
  db: Reader,
  { from, to }: Day,
  projectIds: readonly string[],
): Promise<Map<string, number>> {
  // The second condition on the outcome says nothing new: it is what the index of outcomes is of.
  const rows = await db.$queryRaw<{ projectId: string; count: number }[]>`
    SELECT e.project_id AS "projectId", count(*)::int AS count FROM audit.events e
    WHERE e.outcome = 'refused' AND e.outcome <> 'allowed'
      AND e.at >= ${from} AND e.at < ${to} AND e.project_id = ANY(${projectIds}::uuid[])
    GROUP BY 1`
  return new Map(rows.map(({ projectId, count }) => [projectId, count]))
}
