import { Prisma } from '../../prisma/client/client.ts'
import { type ShownGrant, toShownGrant } from './held-access.ts'

/** Whom a grant is for. */
export type Holder = {
  readonly kind: 'person' | 'group'
  /** Of the person; the group's own name for a group. */
  readonly id: string
  readonly name: string
  readonly email: string | null
}

/** A grant as those see it who manage access: whom it is for, and whose hands it came from. */
export type AccessLine = ShownGrant & {
  readonly holder: Holder
  /** A person's name; null: an access file. */
  readonly givenBy: string | null
  readonly givenAt: Date
  readonly approvedBy: string | null
  readonly lastUsedAt: Date | null
  /** Theirs who reads it, as holder or giver: not theirs to decide. */
  readonly isOwn: boolean
}

export type LineRow = Omit<Parameters<typeof toShownGrant>[0], 'project'> & {
  readonly projectName: string | null
  readonly personId: string | null
  readonly personName: string | null
  readonly personEmail: string | null
  readonly givenBy: string | null
  readonly giverName: string | null
  readonly approverName: string | null
  readonly requestedBy: string | null
  readonly lastUsedAt: Date | null
}

/** SQL: what a line is made of; `g` the grant. */
export const LINE_TABLES = Prisma.sql`
  grants g
  LEFT JOIN projects gp ON gp.id = g.project_id
  LEFT JOIN people holder ON holder.id = g.person_id
  LEFT JOIN people giver ON giver.id = g.given_by
  LEFT JOIN people approver ON approver.id = g.approved_by
  LEFT JOIN access_requests asked ON asked.id = g.request_id`

export const LINE_COLUMNS = Prisma.sql`
  g.id, g.scope, g.project_id AS "projectId", gp.name AS "projectName", g.region, g.unit, g.session_id AS "sessionId",
  g.archive_id AS "archiveId", g.max_age_days AS "maxAgeDays", g.group_name AS "groupName", g.rights,
  g.valid_from AS "validFrom", g.valid_until AS "validUntil", g.reason, g.case_reference AS "caseReference",
  g.revoked_at AS "revokedAt", g.given_at AS "givenAt", g.needs_second AS "needsSecond", g.approved_at AS "approvedAt",
  g.last_used_at AS "lastUsedAt", g.person_id AS "personId",
  coalesce(holder.name, holder.email, holder.subject) AS "personName", holder.email AS "personEmail",
  g.given_by AS "givenBy", coalesce(giver.name, giver.email, giver.subject) AS "giverName",
  coalesce(approver.name, approver.email, approver.subject) AS "approverName", asked.asked_by AS "requestedBy"`

type Reading = { readonly personId: string; readonly groups: readonly string[]; readonly now: Date }

export function toAccessLine(row: LineRow, { personId, groups, now }: Reading): AccessLine {
  const project = row.projectName === null ? null : { name: row.projectName }
  const { groupName } = row
  return {
    ...toShownGrant({ ...row, project }, now),
    holder:
      groupName === null
        ? {
            kind: 'person',
            id: row.personId ?? '',
            name: row.personName ?? 'unnamed',
            email: row.personEmail,
          }
        : { kind: 'group', id: groupName, name: groupName, email: null },
    givenBy: row.givenBy === null ? null : (row.giverName ?? 'unnamed'),
    givenAt: row.givenAt,
    approvedBy: row.approvedAt === null ? null : (row.approverName ?? 'unnamed'),
    lastUsedAt: row.lastUsedAt,
    isOwn:
      [row.personId, row.givenBy, row.requestedBy].includes(personId) ||
      (groupName !== null && groups.includes(groupName)),
  }
}
