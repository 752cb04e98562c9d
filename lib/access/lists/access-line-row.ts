import { Prisma } from '../../../prisma/client/client.ts'
import { findTime } from '../../uuid.ts'
import { REACHES_PROJECT, REVIEWS } from '../grants.ts'
import { toShownGrant } from '../held-access.ts'
import { isDecidedBy, isManaged, type Managed } from '../managed.ts'
import type { AccessLine, HeldBack } from './access-line.ts'

/** Who looks at grants, and in what respect. */
type LineView = {
  readonly readerId: string
  /** The projects they manage. */
  readonly managed: Managed
  /** Whose grants are looked at, their groups’ among them; null: those of all. */
  readonly personId: string | null
  /** The projects they are looked at for. */
  readonly projects: Managed
  /** SQL: whether grant `g` may find and not open what is looked at. */
  readonly findsOnly: Prisma.Sql
  /** SQL: where grant `g` stands in the order they are shown in, as text. */
  readonly place: Prisma.Sql
}

export type AccessLineRow = {
  readonly id: string
  readonly personId: string | null
  readonly groupName: string | null
  readonly holderName: string | null
  readonly holderEmail: string | null
  readonly scope: string
  readonly projectId: string | null
  readonly projectName: string | null
  readonly region: string | null
  readonly unit: string | null
  readonly sessionId: string | null
  readonly archiveId: string | null
  readonly maxAgeDays: number | null
  readonly rights: string[]
  readonly validFrom: Date
  readonly validUntil: Date
  readonly reason: string
  readonly caseReference: string | null
  readonly givenBy: string | null
  readonly givenAt: Date
  readonly needsSecond: boolean
  readonly countedBefore: boolean
  readonly approvedBy: string | null
  readonly approvedAt: Date | null
  readonly revokedAt: Date | null
  readonly lastUsedAt: Date | null
  readonly isHeld: boolean
  readonly isOwn: boolean
  readonly mayDecide: boolean
  readonly heldBack: HeldBack | null
  readonly place: string
}

/** SQL: `SELECT … FROM …` of grants `g` as lines; the caller adds which and in what order. */
export function selectLines({
  readerId,
  managed,
  personId,
  projects,
  findsOnly,
  place,
}: LineView): Prisma.Sql {
  return Prisma.sql`
    SELECT g.id, g.person_id AS "personId", g.group_name AS "groupName",
      holder.name AS "holderName", holder.email AS "holderEmail",
      g.scope, g.project_id AS "projectId", lies.name AS "projectName", g.region, g.unit,
      g.session_id AS "sessionId", g.archive_id AS "archiveId", g.max_age_days AS "maxAgeDays", g.rights,
      g.valid_from AS "validFrom", g.valid_until AS "validUntil", g.reason, g.case_reference AS "caseReference",
      CASE WHEN g.given_by IS NOT NULL THEN coalesce(giver.name, giver.email, giver.subject, '') END AS "givenBy",
      g.given_at AS "givenAt", g.needs_second AS "needsSecond", g.counted_before AS "countedBefore",
      CASE WHEN g.approved_by IS NOT NULL THEN coalesce(second.name, second.email, second.subject, '') END AS "approvedBy",
      g.approved_at AS "approvedAt", g.revoked_at AS "revokedAt",
      g.last_used_at AS "lastUsedAt",
      (g.person_id = reader.id OR g.group_name = ANY (reader.groups)) IS TRUE AS "isHeld",
      (reader.id IN (g.person_id, g.given_by, asked.asked_by) OR g.group_name = ANY (reader.groups)) IS TRUE AS "isOwn",
      ${isDecidedBy(managed)} AS "mayDecide",
      CASE
        WHEN p.disabled_at IS NOT NULL THEN 'disabled'
        WHEN p.id IS NOT NULL AND NOT EXISTS (
          SELECT FROM projects pr WHERE ${isManaged(projects)} AND ${REACHES_PROJECT} AND ${REVIEWS}) THEN 'not-reviewer'
        WHEN ${findsOnly} THEN 'restricted'
      END AS "heldBack",
      ${place} AS place
    FROM grants g
    JOIN people reader ON reader.id = ${readerId}::uuid
    LEFT JOIN people p ON p.id = coalesce(g.person_id, ${personId}::uuid)
    LEFT JOIN people holder ON holder.id = g.person_id
    LEFT JOIN projects lies ON lies.id = g.project_id
    LEFT JOIN people giver ON giver.id = g.given_by
    LEFT JOIN people second ON second.id = g.approved_by
    LEFT JOIN access_requests asked ON asked.id = g.request_id`
}

export function toAccessLine(row: AccessLineRow, now: Date): AccessLine {
  const { personId, groupName, projectName, givenBy, approvedBy, approvedAt } = row
  // Where it counted before, the column says since when it waits, and its id alone when it was given.
  const givenAt = (row.countedBefore ? findTime(row.id) : null) ?? row.givenAt
  const project = projectName === null ? null : { name: projectName }
  return {
    ...toShownGrant({ ...row, project }, now),
    holder:
      personId === null
        ? { kind: 'group', id: groupName ?? '', name: groupName, email: null }
        : { kind: 'person', id: personId, name: row.holderName, email: row.holderEmail },
    ...{ givenBy, givenAt, approvedBy, approvedAt },
    ...{ revokedAt: row.revokedAt, lastUsedAt: row.lastUsedAt, heldBack: row.heldBack },
    ...{ isHeld: row.isHeld, isOwn: row.isOwn, mayDecide: row.mayDecide },
    known: null,
  }
}
