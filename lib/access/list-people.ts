import type { Actor } from '../auth/actor.ts'
import type { Services } from '../services.ts'
import { isUuid } from '../uuid.ts'
import { type ShownGrant, type ShownRole, toShownGrant, toShownRoles } from './held-access.ts'
import { projectsFor } from './permissions.ts'

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
  /** The one that lasts longest first, at most 20. */
  readonly grants: readonly ShownGrant[]
}

export type PeopleQuery = {
  /** A part of a name or a mail; empty for everybody. */
  readonly person: string
  /** The `next` of the page before; anything else begins at the beginning. */
  readonly after: string | null
  readonly now: Date
}

const PAGE_SIZE = 50
const GRANTS_LIMIT = 20

/**
 * People with their roles and grants, whoever was added last first; for an administrator of some projects, those who
 * hold something there, and of what they hold only that.
 */
export async function listPeople(
  { db }: Services,
  actor: Actor,
  { person, after, now }: PeopleQuery,
): Promise<{ people: PersonRow[]; next: string | null }> {
  const scope = projectsFor(actor.roles, 'access:manage')
  if (scope.length === 0) return { people: [], next: null }
  const ofScope = scope === 'all' ? {} : { projectId: { in: [...scope] } }
  const rolesOfScope = scope === 'all' ? {} : { OR: [{ projectId: null }, ofScope] }
  const text = person.replaceAll('\0', '').trim().slice(0, 200)
  // Prisma hands on what LIKE takes for a pattern.
  const contains = { contains: text.replace(/[\\%_]/g, '\\$&'), mode: 'insensitive' } as const
  const rows = await db.person.findMany({
    where: {
      AND: [
        scope === 'all' ? {} : { OR: [{ roles: { some: rolesOfScope } }, { grants: { some: ofScope } }] },
        text === '' ? {} : { OR: [{ name: contains }, { email: contains }, { subject: text }] },
        after !== null && isUuid(after) ? { id: { lt: after } } : {},
      ],
    },
    orderBy: { id: 'desc' },
    take: PAGE_SIZE + 1,
    include: {
      roles: {
        where: rolesOfScope,
        orderBy: { role: 'asc' },
        include: { project: { select: { name: true } } },
      },
      grants: {
        where: ofScope,
        orderBy: [{ validUntil: 'desc' }, { id: 'desc' }],
        take: GRANTS_LIMIT,
        include: { project: { select: { name: true } } },
      },
    },
  })
  const people = rows.slice(0, PAGE_SIZE).map((row) => ({
    id: row.id,
    name: row.name,
    email: row.email,
    subject: row.subject,
    disabledAt: row.disabledAt,
    addedAt: row.createdAt,
    lastSeenAt: row.lastSeenAt,
    roles: toShownRoles(row.roles),
    grants: row.grants.map((grant) => toShownGrant(grant, now)),
  }))
  return { people, next: rows.length > PAGE_SIZE ? (people.at(-1)?.id ?? null) : null }
}
