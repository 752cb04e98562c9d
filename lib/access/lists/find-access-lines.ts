import { Prisma, type PrismaClient } from '../../../prisma/client/client.ts'
import { withinDeadline } from '../../database.ts'
import { isUuid } from '../../uuid.ts'
import { DECIDE_WITHIN_HOURS } from '../deciding.ts'
import { IS_FOR, OPENS_ARCHIVE, REACHES_ARCHIVE, REACHES_PROJECT } from '../grants.ts'
import { type Managed, reachesManaged } from '../managed.ts'
import type { AccessLine } from './access-line.ts'
import { type AccessLineRow, selectLines, toAccessLine } from './access-line-row.ts'
import type { FoundLookedAt } from './find-looked-at.ts'

export type FoundLines = {
  readonly lines: readonly AccessLine[]
  /** Where the next page begins; null at the end. */
  readonly next: string | null
}

export type LinesPage = {
  /** The `next` of the page before; anything else begins at the beginning. */
  readonly after: string | null
  readonly limit: number
  readonly now: Date
}

export type Looking = {
  readonly readerId: string
  /** Of what reaches none of these, nothing is shown. */
  readonly managed: Managed
  readonly lookedAt: FoundLookedAt
}

/** The grants that reach something, or are somebody's: first those that may still count, whichever lasts longest. */
export async function findAccessLines(
  db: Pick<PrismaClient, '$queryRaw'>,
  { readerId, managed, lookedAt }: Looking,
  { after, limit, now }: LinesPage,
): Promise<FoundLines> {
  const lines = selectLines({
    ...{ readerId, managed },
    personId: lookedAt.kind === 'person' ? lookedAt.personId : null,
    projects: lookedAt.kind === 'person' ? managed : lookedAt.projects.map(({ id }) => id),
    findsOnly: planFindsOnly(lookedAt),
    place: Prisma.sql`${mayCount(now)} || '.' || ${UNTIL_MICROS} || '.' || g.id`,
  })
  const rows = await withinDeadline(
    db.$queryRaw<AccessLineRow[]>`
      ${lines}
      WHERE ${planWhere(lookedAt)} AND ${reachesManaged(managed)} AND ${planPlace(after, now)}
      ORDER BY ${mayCount(now)} DESC, g.valid_until DESC, g.id DESC
      LIMIT ${limit + 1}`,
  )
  const shown = rows.slice(0, limit)
  return {
    lines: shown.map((row) => toAccessLine(row, now)),
    next: rows.length > limit ? (shown.at(-1)?.place ?? null) : null,
  }
}

const UNTIL_MICROS = Prisma.sql`(extract(epoch FROM g.valid_until) * 1000000)::bigint`

/** SQL: 1 for a grant that counts, will, or waits to be approved; 0 for one that is over, however it ended. */
function mayCount(now: Date): Prisma.Sql {
  return Prisma.sql`(
    g.revoked_at IS NULL AND g.valid_until > ${now}::timestamptz AND (
      NOT g.needs_second OR g.approved_at IS NOT NULL
      OR g.given_at > ${now}::timestamptz - make_interval(hours => ${DECIDE_WITHIN_HOURS})))::int`
}

/** What `next` of a page is made of; null for any other text. */
export function parsePlace(text: string): { counts: string; micros: string; id: string } | null {
  const [, counts, micros, id] = /^([01])\.(\d{1,18})\.(.{36})$/.exec(text) ?? []
  if (counts === undefined || micros === undefined || id === undefined || !isUuid(id)) return null
  return { counts, micros, id }
}

/** SQL: whether grant `g` comes after the place where a page ended. */
function planPlace(after: string | null, now: Date): Prisma.Sql {
  const place = after === null ? null : parsePlace(after)
  if (place === null) return Prisma.sql`true`
  const { counts, micros, id } = place
  return Prisma.sql`(${mayCount(now)}, ${UNTIL_MICROS}, g.id) < (${counts}::int, ${micros}::bigint, ${id}::uuid)`
}

/** SQL: whether grant `g` reaches what is looked at, or is that person's. */
function planWhere(lookedAt: FoundLookedAt): Prisma.Sql {
  if (lookedAt.kind === 'person')
    return Prisma.sql`EXISTS (SELECT FROM people p WHERE p.id = ${lookedAt.personId}::uuid AND ${IS_FOR})`
  const projectIds = Prisma.sql`${lookedAt.projects.map(({ id }) => id)}::uuid[]`
  if (lookedAt.kind === 'project')
    return Prisma.sql`EXISTS (SELECT FROM projects pr WHERE pr.id = ANY (${projectIds}) AND ${REACHES_PROJECT})`
  const named =
    lookedAt.kind === 'session'
      ? Prisma.sql`g.session_id = ${lookedAt.sessionId}`
      : Prisma.sql`g.archive_id = ${lookedAt.archiveId}::uuid`
  return Prisma.sql`(${named} OR ${existsArchive(lookedAt, Prisma.sql`true`)})`
}

/** SQL: whether grant `g` reaches recordings that are looked at and may open none of them. */
function planFindsOnly(lookedAt: FoundLookedAt): Prisma.Sql {
  if (lookedAt.kind === 'person' || lookedAt.kind === 'project') return Prisma.sql`false`
  return Prisma.sql`(
    ${existsArchive(lookedAt, Prisma.sql`true`)} AND NOT ${existsArchive(lookedAt, OPENS_ARCHIVE)})`
}

type Recordings = Extract<FoundLookedAt, { readonly kind: 'session' | 'archive' }>

function existsArchive(lookedAt: Recordings, condition: Prisma.Sql): Prisma.Sql {
  const which =
    lookedAt.kind === 'session'
      ? Prisma.sql`a.session_id = ${lookedAt.sessionId}`
      : Prisma.sql`a.id = ${lookedAt.archiveId}::uuid`
  return Prisma.sql`EXISTS (
    SELECT FROM archives a JOIN projects pr ON pr.id = a.project_id
    WHERE ${which} AND pr.id = ANY (${lookedAt.projects.map(({ id }) => id)}::uuid[])
      AND ${REACHES_PROJECT} AND ${REACHES_ARCHIVE} AND ${condition})`
}
