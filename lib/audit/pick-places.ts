import { Prisma, type PrismaClient } from '../../prisma/client/client.ts'
import { FOLDED_ACTIONS, isOfViewing } from './fold.ts'
import { type KnownFilter, type LogScope, learnFilter } from './learn-filter.ts'
import { momentAfter, placeOf } from './log-cursor.ts'
import type { LogFilter } from './log-filter.ts'
import {
  type ConditionName,
  isOfCase,
  joinConditions,
  listBorrowed,
  listOwn,
  saidByItself,
  whereOf,
} from './log-where.ts'
import { EVENT_TABLES } from './logged-event.ts'

type Reader = Pick<PrismaClient, '$queryRaw'>
type Wanted = { readonly after: string | null; readonly limit: number }

/**
 * SQL for the places `(at, id)` of a page’s rows, newest first. Windows and progress are under their viewing’s opening; so
 * is, where the filter is for what openings say, every row that leaves saying it to its opening. Where the action asked for
 * is of viewings, nothing is folded.
 */
export async function pickPlaces(
  db: Reader,
  filter: LogFilter,
  { scope, ...wanted }: Wanted & { readonly scope: LogScope },
): Promise<Prisma.Sql> {
  const known = await learnFilter(db, filter, scope)
  const borrowed = listBorrowed(known)
  if (filter.action !== undefined && isOfViewing(filter.action) && borrowed.length > 0)
    return pickUnfolded(await whereOf(db, filter, scope), wanted)
  const where = [...listOwn(filter), ...(filter.action === undefined ? [UNFOLDED] : [])]
  // What the index is asked for is not asked again: Postgres would doubt the order of the index.
  const but = (name: ConditionName | null): readonly Prisma.Sql[] => [
    ...where,
    ...borrowed.filter((condition) => condition.name !== name).map(saidByItself),
  ]
  const content = findContentIndex(known)
  if (content !== null) return pickByContent(content.saying, but(content.name), wanted)
  const index = findIndex(known)
  return index === null ? pickInOrder(but(null), wanted) : pickByValues(index, but(index.name), wanted)
}

const UNFOLDED = Prisma.sql`e.action NOT IN ${FOLDED_ACTIONS}`

/** Rows with their personal values, where those are asked for. */
const ROWS = Prisma.sql`audit.events e LEFT JOIN audit.audit_content c ON c.event_id = e.event_id`
const NEWEST_FIRST = Prisma.sql`ORDER BY e.at DESC, e.id DESC`

/** The second condition says nothing new, but with it later months are not thought of. */
const olderThan = (after: string | null): Prisma.Sql[] =>
  after === null
    ? []
    : [Prisma.sql`(e.at, e.id) < ${placeOf(after)}`, Prisma.sql`e.at <= ${momentAfter(after)}`]

function pickUnfolded(where: Prisma.Sql, { after, limit }: Wanted): Prisma.Sql {
  return Prisma.sql`
    SELECT e.at, e.id FROM ${EVENT_TABLES} WHERE ${joinConditions([where, ...olderThan(after)])}
    ${NEWEST_FIRST} LIMIT ${limit}`
}

function pickInOrder(where: readonly Prisma.Sql[], { after, limit }: Wanted): Prisma.Sql {
  return Prisma.sql`
    SELECT e.at, e.id FROM ${ROWS} WHERE ${joinConditions([...where, ...olderThan(after)])}
    ${NEWEST_FIRST} LIMIT ${limit}`
}

/** What an index of the log begins with, and the values of it to look for. */
type Index = { readonly name: ConditionName | null; readonly values: Prisma.Sql; readonly column: Prisma.Sql }

/** The page of each value in the order of its index, and of these the newest. */
function pickByValues({ values, column }: Index, where: readonly Prisma.Sql[], wanted: Wanted): Prisma.Sql {
  return Prisma.sql`
    SELECT each.at, each.id FROM unnest(${values}) AS value CROSS JOIN LATERAL (
      SELECT e.at, e.id FROM ${ROWS}
      WHERE ${joinConditions([Prisma.sql`${column} = value`, ...where, ...olderThan(wanted.after)])}
      ${NEWEST_FIRST} LIMIT ${wanted.limit}
    ) each ORDER BY each.at DESC, each.id DESC LIMIT ${wanted.limit}`
}

/** The most telling of what is looked for comes first. */
function findIndex(known: KnownFilter): Index | null {
  const { sessionId, archiveId, reason, outcome } = known.filter
  if (sessionId !== undefined)
    return {
      name: 'session',
      values: Prisma.sql`ARRAY[${sessionId}]::text[]`,
      column: Prisma.sql`e.session_id`,
    }
  if (archiveId !== undefined)
    return {
      name: 'archive',
      values: Prisma.sql`ARRAY[${archiveId}::uuid]`,
      column: Prisma.sql`e.archive_id`,
    }
  if (known.subjects !== undefined)
    return {
      name: 'person',
      values: Prisma.sql`${known.subjects}::text[]`,
      column: Prisma.sql`e.actor_subject`,
    }
  if (outcome !== undefined && outcome !== 'allowed')
    // Every row of the index, and not what its statistics say it may be.
    return {
      name: null,
      values: Prisma.sql`ARRAY[${outcome}::audit.outcome]`,
      column: Prisma.sql`e.outcome <> 'allowed' AND e.outcome`,
    }
  if (reason !== undefined)
    return { name: 'reason', values: Prisma.sql`ARRAY[${reason}]::text[]`, column: Prisma.sql`e.reason_code` }
  if (known.projectIds !== undefined)
    return {
      name: 'project',
      values: Prisma.sql`${known.projectIds}::uuid[]`,
      column: Prisma.sql`e.project_id`,
    }
  if (known.roleSets !== undefined)
    return {
      name: 'role',
      values: Prisma.sql`${known.roleSets}::smallint[]`,
      column: Prisma.sql`e.actor_roles IS NOT NULL AND audit.role_set(e.actor_roles)`,
    }
  return null
}

type ContentIndex = { readonly name: ConditionName; readonly saying: Prisma.Sql }

function findContentIndex({ filter }: KnownFilter): ContentIndex | null {
  const { caseReference, address } = filter
  if (caseReference !== undefined) return { name: 'case', saying: isOfCase(caseReference, Prisma.raw('c')) }
  return address === undefined ? null : { name: 'address', saying: Prisma.sql`c.address = ${address}` }
}

/** Personal values stand in the order of their rows, which are looked at one by one, each in its month. */
function pickByContent(
  saying: Prisma.Sql,
  where: readonly Prisma.Sql[],
  { after, limit }: Wanted,
): Prisma.Sql {
  const older = after === null ? Prisma.sql`true` : Prisma.sql`(c.at, c.id) < ${placeOf(after)}`
  return Prisma.sql`
    SELECT e.at, e.id FROM audit.audit_content c
    CROSS JOIN LATERAL (SELECT * FROM audit.events e WHERE e.at = c.at AND e.id = c.id LIMIT 1) e
    WHERE ${joinConditions([saying, older, ...where])}
    ORDER BY c.at DESC, c.id DESC LIMIT ${limit}`
}
