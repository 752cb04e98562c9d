import { Prisma } from '../../prisma/client/client.ts'
import { AppError } from '../errors.ts'
import type { ActFacts } from './act.ts'

/** Where a grant or a request reaches, as its row says. */
export type ReachRow = {
  readonly projectId: string | null
  readonly projectName: string | null
  /** The region it reaches, or that of its project. */
  readonly region: string | null
  readonly sessionId: string | null
  readonly archiveId: string | null
}

/** A grant, as much of it as is put on record and told. */
export type GrantRow = ReachRow & {
  readonly id: string
  readonly personId: string | null
  readonly groupName: string | null
  /** Null where it is for a group, and for somebody who has not signed in yet. */
  readonly holderName: string | null
  readonly scope: string
  readonly unit: string | null
  readonly givenBy: string | null
  readonly validFrom: Date
  readonly validUntil: Date
  /** Whether it begins later than now. */
  readonly isEarly: boolean
  /** Whether it counted, or was to, before it began to wait for a second administrator: its holders know of it. */
  readonly countedBefore: boolean
}

/** SQL: grant `g` as such a row, selected or returned. */
export const GRANT_ROW = Prisma.sql`
  g.id, g.person_id AS "personId", g.group_name AS "groupName",
  (SELECT name FROM people WHERE people.id = g.person_id) AS "holderName", g.scope, g.project_id AS "projectId",
  (SELECT name FROM projects WHERE projects.id = g.project_id) AS "projectName",
  coalesce(g.region, (SELECT region FROM projects WHERE projects.id = g.project_id)) AS region, g.unit,
  g.session_id AS "sessionId", g.archive_id AS "archiveId", g.given_by AS "givenBy", g.valid_from AS "validFrom",
  g.valid_until AS "validUntil", g.valid_from > clock_timestamp() AS "isEarly", g.counted_before AS "countedBefore"`

/** A grant that there is. */
export async function getGrantRow(
  tx: Pick<Prisma.TransactionClient, '$queryRaw'>,
  grantId: string,
): Promise<GrantRow> {
  const [grant] = await tx.$queryRaw<
    GrantRow[]
  >`SELECT ${GRANT_ROW} FROM grants g WHERE g.id = ${grantId}::uuid`
  if (grant === undefined) throw new AppError('internal')
  return grant
}

/** What every row of the log about a grant says of it: whose it is, and where it reaches. */
export function factsOfGrant(
  grant: ReachRow & Pick<GrantRow, 'id' | 'personId' | 'groupName'>,
): ActFacts & { readonly grantId: string } {
  const { id, personId, groupName } = grant
  return {
    grantId: id,
    target: personId === null ? { kind: 'group', id: groupName ?? '' } : { kind: 'person', id: personId },
    ...factsOfReach(grant),
  }
}

/** The same of where alone, for a request, and for what was refused before there was a grant. */
export function factsOfReach(row: ReachRow): ActFacts {
  const { projectId, projectName, region, sessionId, archiveId } = row
  return {
    ...(projectId !== null && { projectId }),
    ...(projectName !== null && { projectName }),
    ...(region !== null && { region }),
    ...(sessionId !== null && { sessionId }),
    ...(archiveId !== null && { archiveId }),
  }
}
