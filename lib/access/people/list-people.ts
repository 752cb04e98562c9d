import { Prisma } from '../../../prisma/client/client.ts'
import type { Actor } from '../../auth/actor.ts'
import { withinDeadline } from '../../database.ts'
import type { Services } from '../../services.ts'
import { isUuid } from '../../uuid.ts'
import { findManaged, isInView, type Managed, reachesManaged } from '../managed.ts'
import { findPeopleRows, type PersonRow } from './find-people-rows.ts'

export type PeopleQuery = {
  /** A part of a name or a mail, a whole subject or a group; empty for everybody. */
  readonly person: string
  /** The `next` of the page before; anything else begins at the beginning. */
  readonly after: string | null
  readonly now: Date
}

const PAGE_SIZE = 50

/**
 * People with their roles and grants, whoever was added last first; for an administrator of some projects, those who
 * hold something there or have asked for it, and of what they hold only that.
 */
export async function listPeople(
  { db }: Services,
  actor: Actor,
  { person, after, now }: PeopleQuery,
): Promise<{ people: PersonRow[]; next: string | null }> {
  const managed = findManaged(actor)
  if (managed.length === 0) return { people: [], next: null }
  const text = person.replaceAll('\0', '').trim().slice(0, 200)
  const found = await withinDeadline(
    db.$queryRaw<{ id: string }[]>`
      SELECT p.id FROM people p
      WHERE ${isInView(managed)} AND ${isCalled(text, managed)}
        AND ${after !== null && isUuid(after) ? Prisma.sql`p.id < ${after}::uuid` : Prisma.sql`true`}
      ORDER BY p.id DESC LIMIT ${PAGE_SIZE + 1}`,
  )
  const ids = found.slice(0, PAGE_SIZE).map(({ id }) => id)
  const people = await findPeopleRows(db, managed, { ids, now })
  return { people, next: found.length > PAGE_SIZE ? (ids.at(-1) ?? null) : null }
}

/** SQL: whether person `p` is whom a text means. A group that is not shown to somebody is not found by them either. */
function isCalled(text: string, managed: Managed): Prisma.Sql {
  if (text === '') return Prisma.sql`true`
  const part = `%${text.replace(/[\\%_]/g, '\\$&')}%`
  const isInGroup =
    managed === 'all'
      ? Prisma.sql`${text} = ANY (p.groups)`
      : Prisma.sql`(${text} = ANY (p.groups) AND EXISTS (
          SELECT FROM grants g WHERE g.group_name = ${text} AND ${reachesManaged(managed)}))`
  return Prisma.sql`(p.name ILIKE ${part} OR p.email ILIKE ${part} OR p.subject = ${text} OR ${isInGroup})`
}
