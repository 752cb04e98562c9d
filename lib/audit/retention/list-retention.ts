import { Prisma } from '../../../prisma/client/client.ts'
import { projectsFor } from '../../access/permissions.ts'
import type { Actor } from '../../auth/actor.ts'
import { withinDeadline } from '../../database.ts'
import { parseBecause, parseSummary } from '../../projects/change.ts'
import type { Services } from '../../services.ts'
import type { LogRule } from './log-rule.ts'

/** How long one project's part of the log is kept. */
export type LogRuleLine = {
  /** Null: the portal itself, whatever is of no project. */
  readonly project: { readonly id: string; readonly name: string } | null
  /** Null: nobody has chosen yet, and nothing is ever dropped. */
  readonly rule:
    | (LogRule & {
        readonly number: number
        readonly at: Date
        readonly proposedBy: string
        readonly agreedBy: string
      })
    | null
}

export type HoldLine = {
  readonly id: string
  readonly project: string | null
  readonly caseReference: string | null
  readonly reason: string
  readonly placedBy: string
  readonly at: Date
  readonly released: { readonly at: Date; readonly askedBy: string; readonly agreedBy: string } | null
}

/** A change of how the log is kept that waits for a second person. */
export type AskedLine = {
  readonly id: string
  readonly kind: string
  readonly project: string | null
  readonly lines: readonly string[]
  readonly because: string | null
  readonly askedBy: string
  readonly at: Date
}

export type ErasureLine = {
  readonly eventId: string
  readonly reason: string
  readonly askedBy: string
  readonly agreedBy: string
  readonly at: Date
}

/** What goes, or went: personal values of a project, or a month of all lines. */
export type DropLine = {
  readonly id: string
  readonly part: 'content' | 'lines'
  readonly project: string | null
  readonly month: string
  readonly rows: number
  readonly at: Date
}

export type LogRetention = {
  readonly rules: readonly LogRuleLine[]
  readonly holds: readonly HoldLine[]
  readonly asked: readonly AskedLine[]
  readonly erasures: readonly ErasureLine[]
  /** Announced and not dropped yet; `at` is when it was announced. */
  readonly announced: readonly DropLine[]
  readonly dropped: readonly DropLine[]
}

const MOST = 100
type Scope = 'all' | readonly string[]
type Reader = Services['db']

/** The rules of the projects that somebody administers, and of the portal itself for those who administer all. */
export async function listLogRules({ db }: Services, actor: Actor): Promise<LogRuleLine[]> {
  return withinDeadline(readRules(db, projectsFor(actor.roles, 'project:manage')))
}

/** How the log is kept, as an auditor sees it, within their projects. */
export async function listLogRetention({ db }: Services, actor: Actor): Promise<LogRetention> {
  const scope = projectsFor(actor.roles, 'audit:read')
  const [rules, holds, asked, erasures, announced, dropped] = await withinDeadline(
    Promise.all([
      ...([readRules(db, scope), readHolds(db, scope), readAsked(db, scope)] as const),
      ...([readErasures(db, scope), readAnnounced(db, scope), readDropped(db, scope)] as const),
    ]),
  )
  return { rules, holds, asked, erasures, announced, dropped }
}

/** Rows of no project are for those who have all. */
const within = (scope: Scope, column: string): Prisma.Sql =>
  scope === 'all' ? Prisma.sql`true` : Prisma.sql`${Prisma.raw(column)} = ANY(${[...scope]}::uuid[])`

const nameOf = (column: string): Prisma.Sql =>
  Prisma.raw(
    `coalesce((SELECT coalesce(who.name, who.email) FROM people who WHERE who.id = ${column}), ${column}::text)`,
  )

async function readRules(db: Reader, scope: Scope): Promise<LogRuleLine[]> {
  type Row = { id: string | null; name: string | null; number: number | null } & Partial<
    NonNullable<LogRuleLine['rule']>
  >
  const rows = await db.$queryRaw<Row[]>`
    SELECT p.id, p.name, r.number::int, r.content_months AS "contentMonths", r.lines_months AS "linesMonths", r.at,
      ${nameOf('r.proposed_by')} AS "proposedBy", ${nameOf('r.agreed_by')} AS "agreedBy"
    FROM (
      SELECT id, name FROM projects WHERE ${within(scope, 'id')}
      UNION ALL SELECT NULL, NULL WHERE ${scope === 'all'}
    ) p
    LEFT JOIN LATERAL (
      SELECT * FROM audit.log_rules r WHERE r.project_id IS NOT DISTINCT FROM p.id ORDER BY r.number DESC LIMIT 1
    ) r ON true
    ORDER BY p.name NULLS LAST, p.id`
  return rows.map(
    ({ id, name, number, contentMonths = null, linesMonths = null, at, proposedBy = '', agreedBy = '' }) => ({
      project: id === null || name === null ? null : { id, name },
      rule:
        number === null || at == null
          ? null
          : { number, contentMonths, linesMonths, at, proposedBy, agreedBy },
    }),
  )
}

async function readHolds(db: Reader, scope: Scope): Promise<HoldLine[]> {
  type Row = Omit<HoldLine, 'released'> & { releasedAt: Date | null; askedBy: string; agreedBy: string }
  const rows = await db.$queryRaw<Row[]>`
    SELECT h.id, p.name AS project, h.case_reference AS "caseReference", h.reason, ${nameOf('h.placed_by')} AS "placedBy", h.at,
      r.at AS "releasedAt", ${nameOf('r.asked_by')} AS "askedBy", ${nameOf('r.agreed_by')} AS "agreedBy"
    FROM audit.log_holds h
    LEFT JOIN audit.log_hold_releases r ON r.hold_id = h.id
    LEFT JOIN projects p ON p.id = h.project_id
    WHERE ${within(scope, 'h.project_id')}
    ORDER BY r.at IS NOT NULL, h.at DESC LIMIT ${MOST}`
  return rows.map(({ releasedAt, askedBy, agreedBy, ...hold }) => ({
    ...hold,
    released: releasedAt === null ? null : { at: releasedAt, askedBy, agreedBy },
  }))
}

async function readAsked(db: Reader, scope: Scope): Promise<AskedLine[]> {
  type Row = Omit<AskedLine, 'lines' | 'because'> & { summary: unknown }
  const rows = await db.$queryRaw<Row[]>`
    SELECT c.id, c.kind, CASE WHEN c.summary ->> 'forAll' = 'true' THEN NULL ELSE p.name END AS project, c.summary,
      ${nameOf('c.proposed_by')} AS "askedBy", c.proposed_at AS at
    FROM changes c JOIN projects p ON p.id = c.project_id
    WHERE c.kind IN ('log-retention', 'log-hold', 'log-erasure') AND c.decision IS NULL
      AND c.proposed_at > now() - interval '72 hours' AND ${within(scope, 'c.project_id')}
      AND (${scope === 'all'} OR c.summary ->> 'forAll' IS DISTINCT FROM 'true')
    ORDER BY c.proposed_at LIMIT ${MOST}`
  return rows.map(({ summary, ...row }) => ({
    ...row,
    lines: parseSummary(summary).lines,
    because: parseBecause(summary),
  }))
}

function readErasures(db: Reader, scope: Scope): Promise<ErasureLine[]> {
  return db.$queryRaw<ErasureLine[]>`
    SELECT x.event_id AS "eventId", x.reason, ${nameOf('x.asked_by')} AS "askedBy", ${nameOf('x.agreed_by')} AS "agreedBy", x.at
    FROM audit.log_erasures x JOIN changes c ON c.id = x.change_id
    WHERE ${within(scope, 'c.project_id')} AND (${scope === 'all'} OR c.summary ->> 'forAll' IS DISTINCT FROM 'true')
    ORDER BY x.at DESC LIMIT ${MOST}`
}

function readAnnounced(db: Reader, scope: Scope): Promise<DropLine[]> {
  return db.$queryRaw<DropLine[]>`
    SELECT a.number::text AS id, a.part, p.name AS project, to_char(a.month, 'YYYY-MM') AS month, a.rows::int, a.at
    FROM audit.drop_announcements a LEFT JOIN projects p ON p.id = a.project_id
    WHERE ${within(scope, 'a.project_id')}
      AND NOT EXISTS (
        SELECT FROM audit.dropped_content d
        WHERE a.part = 'content' AND d.project_id IS NOT DISTINCT FROM a.project_id AND d.month = a.month AND d.at > a.at)
      AND NOT EXISTS (SELECT FROM audit.dropped_months d WHERE d.month = a.month)
      -- of the same month the last one counts
      AND NOT EXISTS (
        SELECT FROM audit.drop_announcements later
        WHERE later.part = a.part AND later.project_id IS NOT DISTINCT FROM a.project_id AND later.month = a.month
          AND later.number > a.number)
    ORDER BY a.month, a.number LIMIT ${MOST}`
}

function readDropped(db: Reader, scope: Scope): Promise<DropLine[]> {
  return db.$queryRaw<DropLine[]>`
    SELECT * FROM (
      SELECT 'content-' || d.number AS id, 'content' AS part, p.name AS project, to_char(d.month, 'YYYY-MM') AS month,
        d.rows::int, d.at
      FROM audit.dropped_content d LEFT JOIN projects p ON p.id = d.project_id
      WHERE ${within(scope, 'd.project_id')}
      UNION ALL
      SELECT 'lines-' || d.month, 'lines', NULL, to_char(d.month, 'YYYY-MM'), d.rows::int, d.at FROM audit.dropped_months d
    ) dropped
    ORDER BY at DESC LIMIT ${MOST}`
}
