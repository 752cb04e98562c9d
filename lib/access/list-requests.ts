import { Prisma, type PrismaClient } from '../../prisma/client/client.ts'
import type { Actor } from '../auth/actor.ts'
import { withinDeadline } from '../database.ts'
import type { Services } from '../services.ts'
import type { AccessLine } from './access-line.ts'
import { type AccessLineRow, selectLines, toAccessLine } from './access-line-row.ts'
import { DECIDE_WITHIN_HOURS, DECIDE_WITHIN_MS } from './deciding.ts'
import { toShownScope } from './grant-scope.ts'
import { REACHES_PROJECT } from './grants.ts'
import { findManaged, type Managed, reachesManaged } from './managed.ts'
import type { RequestLine } from './request-line.ts'

/** An administrator's inbox, within what they administer. */
export type Inbox = {
  /** What waits to be decided, the longest first. */
  readonly open: readonly RequestLine[]
  /** Grants that wait for a second administrator, the longest first. */
  readonly awaiting: readonly AccessLine[]
  /** What was decided, or lapsed, lately; the newest first. */
  readonly decided: readonly RequestLine[]
}

type Reading = { readonly now: Date }

const OPEN_LIMIT = 500
const DECIDED_LIMIT = 50
const OWN_LIMIT = 50

type Row = {
  readonly id: string
  readonly askedBy: string
  readonly name: string | null
  readonly email: string | null
  readonly scope: string
  readonly projectId: string | null
  readonly projectName: string | null
  readonly region: string | null
  readonly unit: string | null
  readonly sessionId: string | null
  readonly archiveId: string | null
  readonly rights: string[]
  readonly until: Date
  readonly reason: string
  readonly caseReference: string | null
  readonly askedAt: Date
  readonly decision: 'approved' | 'refused' | 'lapsed' | null
  readonly decidedAt: Date | null
  readonly decidedBy: string | null
  readonly word: string | null
  readonly heldBefore: number
}

export async function listRequests({ db }: Services, actor: Actor, { now }: Reading): Promise<Inbox> {
  const managed = findManaged(actor)
  const since = new Date(now.getTime() - DECIDE_WITHIN_MS)
  const [open, awaiting, decided] = await Promise.all([
    readRequests(
      db,
      Prisma.sql`${isDecidedBy(managed)} AND q.decision IS NULL AND q.asked_at > ${since}::timestamptz
        ORDER BY q.asked_at, q.id LIMIT ${OPEN_LIMIT}`,
    ),
    readAwaiting(db, actor, managed),
    readRequests(
      db,
      Prisma.sql`${isDecidedBy(managed)} AND (q.decision IS NOT NULL OR q.asked_at <= ${since}::timestamptz)
        ORDER BY coalesce(q.decided_at, q.asked_at) DESC, q.id DESC LIMIT ${DECIDED_LIMIT}`,
    ),
  ])
  const toLine = (row: Row): RequestLine => toRequestLine(row, actor, now)
  return {
    open: open.map(toLine),
    awaiting: awaiting.map((row) => toAccessLine(row, now)),
    decided: decided.map(toLine),
  }
}

/** What somebody has asked for themselves, the newest first; of what lies behind an ID they named, nothing. */
export async function findOwnRequests(
  { db }: Services,
  actor: Actor,
  { now }: Reading,
): Promise<RequestLine[]> {
  const rows = await readRequests(
    db,
    Prisma.sql`q.asked_by = ${actor.personId}::uuid ORDER BY q.asked_at DESC, q.id DESC LIMIT ${OWN_LIMIT}`,
  )
  return rows.map((row) => toRequestLine(withoutFound(row), actor, now))
}

/** Whether an ID is known, and in which project, is not told to whoever may not even find it. */
function withoutFound(row: Row): Row {
  const isFound = row.scope === 'session' || row.scope === 'archive'
  return isFound ? { ...row, projectId: null, projectName: null, heldBefore: 0 } : row
}

/** SQL: whether request `q` is one that administrators of these projects see. What names no project is for those of all. */
function isDecidedBy(managed: Managed): Prisma.Sql {
  return managed === 'all' ? Prisma.sql`true` : Prisma.sql`q.project_id = ANY (${[...managed]}::uuid[])`
}

/** `which` ends the query: what is read, in which order and how much. */
async function readRequests(db: Pick<PrismaClient, '$queryRaw'>, which: Prisma.Sql): Promise<Row[]> {
  return withinDeadline(
    db.$queryRaw<Row[]>`
      SELECT q.id, q.asked_by AS "askedBy", p.name, p.email, q.scope, q.project_id AS "projectId",
        pr.name AS "projectName", q.region, q.unit, q.session_id AS "sessionId", q.archive_id AS "archiveId", q.rights,
        q.valid_until AS until, q.reason, q.case_reference AS "caseReference", q.asked_at AS "askedAt", q.decision,
        q.decided_at AS "decidedAt", coalesce(decider.name, decider.email, decider.subject) AS "decidedBy", q.word,
        (SELECT count(*)::int FROM grants g
          WHERE g.person_id = q.asked_by AND g.request_id IS DISTINCT FROM q.id AND ${REACHES_PROJECT}) AS "heldBefore"
      FROM access_requests q
      JOIN people p ON p.id = q.asked_by
      LEFT JOIN projects pr ON pr.id = q.project_id
      LEFT JOIN people decider ON decider.id = q.decided_by
      WHERE ${which}`,
  )
}

async function readAwaiting(
  db: Pick<PrismaClient, '$queryRaw'>,
  actor: Actor,
  managed: Managed,
): Promise<AccessLineRow[]> {
  const lines = selectLines({
    ...{ readerId: actor.personId, managed, personId: null, projects: managed },
    ...{ findsOnly: Prisma.sql`false`, place: Prisma.sql`g.id::text` },
  })
  return withinDeadline(
    db.$queryRaw<AccessLineRow[]>`
      ${lines}
      WHERE g.needs_second AND g.approved_at IS NULL AND g.revoked_at IS NULL
        AND g.given_at > now() - make_interval(hours => ${DECIDE_WITHIN_HOURS}) AND ${reachesManaged(managed)}
      ORDER BY g.given_at, g.id LIMIT ${OPEN_LIMIT}`,
  )
}

function toRequestLine(row: Row, { personId }: Actor, now: Date): RequestLine {
  const lapsesAt = new Date(row.askedAt.getTime() + DECIDE_WITHIN_MS)
  const { askedBy, name, email, projectName } = row
  return {
    id: row.id,
    asker: { personId: askedBy, name: name ?? email ?? 'unnamed', email },
    isOwn: askedBy === personId,
    scope: toShownScope({ ...row, project: projectName === null ? null : { name: projectName } }),
    rights: row.rights,
    until: row.until,
    reason: row.reason,
    caseReference: row.caseReference,
    askedAt: row.askedAt,
    lapsesAt,
    state: row.decision ?? (lapsesAt <= now ? 'lapsed' : 'open'),
    decidedAt: row.decidedAt,
    decidedBy: row.decidedBy,
    word: row.word,
    heldBefore: row.heldBefore,
  }
}
