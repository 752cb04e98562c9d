import { Prisma } from '../../prisma/client/client.ts'
import { seenCase } from '../seen-case.ts'
import { type Asker, type KnownFilter, type LogScope, learnFilter } from './learn-filter.ts'
import type { LogFilter } from './log-filter.ts'

/** The row that says it: `e` with its personal values `c`, or its viewing’s opening, `o` with `oc`, as in EVENT_TABLES. */
type Teller = { readonly row: Prisma.Sql; readonly content: Prisma.Sql }
const ITSELF: Teller = { row: Prisma.raw('e'), content: Prisma.raw('c') }
const OPENING: Teller = { row: Prisma.raw('o'), content: Prisma.raw('oc') }

export type ConditionName =
  | 'session'
  | 'archive'
  | 'project'
  | 'person'
  | 'role'
  | 'address'
  | 'case'
  | 'reason'

/**
 * What a row of a viewing may have its opening say for it. `recording` always; `project` unless it names one itself; `who` unless it names somebody itself; `why`
 * unless it is the refusal of somebody else, whose reason the opening's is not.
 */
export type Condition = {
  readonly name: ConditionName
  readonly borrows: 'recording' | 'project' | 'who' | 'why'
  readonly saidBy: (teller: Teller) => Prisma.Sql
}

const MAY_BORROW: Readonly<Record<Condition['borrows'], Prisma.Sql>> = {
  recording: Prisma.sql`true`,
  project: Prisma.sql`e.project_id IS NULL`,
  who: Prisma.sql`e.actor_kind IS NULL`,
  why: Prisma.sql`(e.actor_kind IS NULL OR e.outcome <> 'refused')`,
}

/**
 * The rows of the log that fit a filter, windows of viewings included, as a condition over EVENT_TABLES. `projectIds` is
 * whose rows the reader may see; rows without a project are for readers of all.
 * @throws AppError `request-invalid` when the filter's person may be too many
 */
export async function whereOf(db: Asker, filter: LogFilter, projectIds: LogScope): Promise<Prisma.Sql> {
  const known = await learnFilter(db, filter, projectIds)
  return joinConditions([...listFitting(known), ...(await narrow(db, known))])
}

/**
 * The same for whoever finds rows by where they are sealed: as rows come, and without asking first which viewings there are,
 * of which the newest would be missed.
 */
export async function whereSealed(db: Asker, filter: LogFilter, projectIds: LogScope): Promise<Prisma.Sql> {
  return joinConditions(listFitting(await learnFilter(db, filter, projectIds)))
}

function listFitting(known: KnownFilter): Prisma.Sql[] {
  return [
    ...listOwn(known.filter),
    ...listBorrowed(known).map(
      ({ borrows, saidBy }) =>
        Prisma.sql`(${saidBy(ITSELF)} OR (${MAY_BORROW[borrows]} AND ${saidBy(OPENING)}))`,
    ),
  ]
}

export function joinConditions(conditions: readonly Prisma.Sql[]): Prisma.Sql {
  return conditions.length === 0 ? Prisma.sql`true` : Prisma.join([...conditions], ' AND ')
}

/** What each row says for itself alone. */
export function listOwn({ action, outcome, viewingId, from, to }: LogFilter): Prisma.Sql[] {
  return [
    ...(action === undefined ? [] : [Prisma.sql`e.action = ${action}::audit.action`]),
    ...(outcome === undefined ? [] : [Prisma.sql`e.outcome = ${outcome}::audit.outcome`]),
    ...(viewingId === undefined ? [] : [Prisma.sql`e.viewing_id = ${viewingId}::uuid`]),
    ...(from === undefined ? [] : [Prisma.sql`e.at >= ${from}`]),
    ...(to === undefined ? [] : [Prisma.sql`e.at < ${to}`]),
  ]
}

/** What a row, where it belongs to a viewing, may leave to its opening. */
export function listBorrowed(known: KnownFilter): Condition[] {
  const { sessionId, archiveId, caseReference, address, reason } = known.filter
  const { subjects, projectIds, roleSets } = known
  const conditions: (Condition | null)[] = [
    given('session', sessionId, 'recording', (id, { row }) => Prisma.sql`${row}.session_id = ${id}`),
    given('archive', archiveId, 'recording', (id, { row }) => Prisma.sql`${row}.archive_id = ${id}::uuid`),
    given(
      'project',
      projectIds,
      'project',
      (ids, { row }) => Prisma.sql`${row}.project_id = ANY(${ids}::uuid[])`,
    ),
    given(
      'person',
      subjects,
      'who',
      (all, { row }) => Prisma.sql`${row}.actor_subject = ANY(${all}::text[])`,
    ),
    given(
      'role',
      roleSets,
      'who',
      (sets, { row }) => Prisma.sql`audit.role_set(${row}.actor_roles) = ANY(${sets}::smallint[])`,
    ),
    given('address', address, 'who', (text, { content }) => Prisma.sql`${content}.address = ${text}`),
    given('case', caseReference, 'why', (text, { content }) => isOfCase(text, content)),
    given('reason', reason, 'why', (code, { row }) => Prisma.sql`${row}.reason_code = ${code}`),
  ]
  return conditions.filter((condition) => condition !== null)
}

function given<T>(
  name: ConditionName,
  value: T | undefined,
  borrows: Condition['borrows'],
  say: (value: T, teller: Teller) => Prisma.Sql,
): Condition | null {
  return value === undefined ? null : { name, borrows, saidBy: (teller) => say(value, teller) }
}

/** A case as it was given, or as it is seen: openings, grants and requests have it on record as it is seen, older ones as it came. */
export function isOfCase(given: string, content: Prisma.Sql): Prisma.Sql {
  const seen = seenCase(given)
  if (seen === null || seen === given) return Prisma.sql`${content}.case_reference = ${given}`
  return Prisma.sql`${content}.case_reference = ANY(${[given, seen]}::text[])`
}

/** A condition as each row says it itself. */
export const saidByItself = ({ saidBy }: Condition): Prisma.Sql => saidBy(ITSELF)

/** With more viewings than this, looking at every row is the shorter way. */
const MOST_VIEWINGS = 20_000

/**
 * Says again, in a way that indexes answer, what the most telling part of a filter says: which rows it may be at most.
 * Whether a row borrows is not asked here.
 */
async function narrow(db: Asker, { filter, subjects }: KnownFilter): Promise<Prisma.Sql[]> {
  const { sessionId, archiveId, caseReference, address } = filter
  if (sessionId !== undefined) return narrowByRow(db, (row) => Prisma.sql`${row}.session_id = ${sessionId}`)
  if (archiveId !== undefined)
    return narrowByRow(db, (row) => Prisma.sql`${row}.archive_id = ${archiveId}::uuid`)
  if (caseReference !== undefined) return narrowByContent(db, isOfCase(caseReference, ITSELF.content))
  if (address !== undefined) return narrowByContent(db, Prisma.sql`c.address = ${address}`)
  if (subjects !== undefined)
    return narrowByRow(db, (row) => Prisma.sql`${row}.actor_subject = ANY(${subjects}::text[])`)
  return []
}

async function narrowByRow(db: Asker, say: (row: Prisma.Sql) => Prisma.Sql): Promise<Prisma.Sql[]> {
  const opened = await db.$queryRaw<{ viewingId: string }[]>`
    SELECT o.viewing_id AS "viewingId" FROM audit.events o
    WHERE ${say(OPENING.row)} AND o.action IN ('viewing.opened', 'download.opened') AND o.viewing_id IS NOT NULL
    LIMIT ${MOST_VIEWINGS + 1}`
  if (opened.length > MOST_VIEWINGS) return []
  const viewingIds = opened.map(({ viewingId }) => viewingId)
  return [Prisma.sql`(${say(ITSELF.row)} OR e.viewing_id = ANY(${viewingIds}::uuid[]))`]
}

async function narrowByContent(db: Asker, saying: Prisma.Sql): Promise<Prisma.Sql[]> {
  const rows = await db.$queryRaw<{ eventId: string; viewingId: string | null }[]>`
    SELECT c.event_id AS "eventId", e.viewing_id AS "viewingId"
    FROM audit.audit_content c
    -- one by one, each in its month
    CROSS JOIN LATERAL (SELECT * FROM audit.events e WHERE e.at = c.at AND e.id = c.id LIMIT 1) e
    WHERE ${saying} LIMIT ${MOST_VIEWINGS + 1}`
  if (rows.length > MOST_VIEWINGS) return []
  const eventIds = rows.map(({ eventId }) => eventId)
  const viewingIds = rows.flatMap(({ viewingId }) => viewingId ?? [])
  return [Prisma.sql`(e.event_id = ANY(${eventIds}::uuid[]) OR e.viewing_id = ANY(${viewingIds}::uuid[]))`]
}
