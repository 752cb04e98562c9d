import { Prisma, type PrismaClient } from '../../../prisma/client/client.ts'
import { withinDeadline } from '../../database.ts'
import { type ShownGrant, type ShownRole, toShownGrant, toShownRoles } from '../held-access.ts'
import { type Managed, reachesManaged } from '../managed.ts'
import { roleText } from '../permissions.ts'
import type { HeldRole } from './lock-holders.ts'

/** Somebody as those see them who manage access. */
export type PersonRow = {
  readonly id: string
  readonly name: string | null
  readonly email: string | null
  readonly subject: string | null
  readonly disabledAt: Date | null
  readonly addedAt: Date
  /** When they last signed in; null for somebody who never has. */
  readonly lastSeenAt: Date | null
  readonly roles: readonly ShownRole[]
  /** What the identity provider proposes and they do not hold, by role or `role@project id`; nothing until it is given. */
  readonly proposedRoles: readonly string[]
  /** Of the identity provider's claim; for an administrator of some projects, those that hold something there. */
  readonly groups: readonly string[]
  /** Their own, the one that lasts longest first, at most 20. */
  readonly grants: readonly ShownGrant[]
}

type Database = Pick<PrismaClient, '$queryRaw' | 'person'>
type Facts = {
  readonly id: string
  readonly groups: string[]
  readonly grantIds: string[]
}

const GRANTS_LIMIT = 20

/** These people, in this order, with what they hold in the projects that are managed; the caller has made sure that they may be seen. */
export async function findPeopleRows(
  db: Database,
  managed: Managed,
  { ids, now }: { readonly ids: readonly string[]; readonly now: Date },
): Promise<PersonRow[]> {
  const facts = await findFacts(db, managed, ids)
  const rows = await withinDeadline(
    db.person.findMany({
      where: { id: { in: [...ids] } },
      include: {
        roles: {
          where: managed === 'all' ? {} : { OR: [{ projectId: null }, { projectId: { in: [...managed] } }] },
          orderBy: [{ role: 'asc' }, { projectId: 'asc' }],
          include: { project: { select: { name: true } } },
        },
        grants: {
          where: { id: { in: facts.flatMap(({ grantIds }) => grantIds) } },
          orderBy: [{ validUntil: 'desc' }, { id: 'desc' }],
          include: { project: { select: { name: true } } },
        },
      },
    }),
  )
  return ids.flatMap((id) => {
    const row = rows.find((each) => each.id === id)
    const fact = facts.find((each) => each.id === id)
    if (row === undefined || fact === undefined) return []
    const roles = toShownRoles(row.roles)
    return {
      ...{ id, name: row.name, email: row.email, subject: row.subject, disabledAt: row.disabledAt },
      ...{ addedAt: row.createdAt, lastSeenAt: row.lastSeenAt, roles },
      proposedRoles: findProposed(row.proposedRoles, row.roles, managed),
      groups: fact.groups,
      grants: row.grants.map((grant) => toShownGrant(grant, now)),
    }
  })
}

/** What is counted and chosen by the rules of who sees what, which are SQL. */
async function findFacts(db: Database, managed: Managed, ids: readonly string[]): Promise<Facts[]> {
  const groups =
    managed === 'all'
      ? Prisma.sql`p.groups`
      : Prisma.sql`ARRAY(
          SELECT name FROM unnest(p.groups) name
          WHERE EXISTS (SELECT FROM grants g WHERE g.group_name = name AND ${reachesManaged(managed)}))`
  return withinDeadline(
    db.$queryRaw<Facts[]>`
      SELECT p.id, ${groups} AS groups,
        ARRAY(
          SELECT g.id::text FROM grants g WHERE g.person_id = p.id AND ${reachesManaged(managed)}
          ORDER BY g.valid_until DESC, g.id DESC LIMIT ${GRANTS_LIMIT}) AS "grantIds"
      FROM people p WHERE p.id = ANY (${[...ids]}::uuid[])`,
  )
}

/** A role that is held for some projects is still proposed for all. Of projects that are not managed nothing is told. */
function findProposed(proposed: readonly string[], held: readonly HeldRole[], managed: Managed): string[] {
  return proposed.filter((text) => {
    const [role = '', projectId] = text.split('@')
    const isManaged = managed === 'all' || projectId === undefined || managed.includes(projectId)
    return isManaged && !held.some((each) => [text, role].includes(roleText(each)))
  })
}
