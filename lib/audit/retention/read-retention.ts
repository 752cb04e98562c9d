import { projectsFor } from '../../access/permissions.ts'
import type { Actor } from '../../auth/actor.ts'
import { withinDeadline } from '../../database.ts'
import { parseBecause, parseSummary } from '../../projects/change.ts'
import type { Services } from '../../services.ts'
import type { LogScope } from '../learn-filter.ts'
import { recordReading } from '../record-reading.ts'
import { type DropLine, listAnnounced, listDropped } from './list-drops.ts'
import { type LogRuleLine, readRules } from './list-log-rules.ts'
import { nameOf, within } from './sql-words.ts'

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
type Reader = Services['db']

/**
 * How the log is kept, as an auditor sees it, within their projects: cases and reasons among it. That it is read is on record
 * before it is. Throws `audit-unavailable`.
 */
export async function readLogRetention(services: Services, actor: Actor): Promise<LogRetention> {
  await recordReading(services, actor, { target: { kind: 'log', id: 'retention' } })
  const { db } = services
  const scope = projectsFor(actor.roles, 'audit:read')
  const [rules, holds, asked, erasures, announced, dropped] = await withinDeadline(
    Promise.all([
      ...([readRules(db, scope), readHolds(db, scope), readAsked(db, scope)] as const),
      ...([readErasures(db, scope), listAnnounced(db, scope, MOST), listDropped(db, scope, MOST)] as const),
    ]),
  )
  return { rules, holds, asked, erasures, announced, dropped }
}

async function readHolds(db: Reader, scope: LogScope): Promise<HoldLine[]> {
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

async function readAsked(db: Reader, scope: LogScope): Promise<AskedLine[]> {
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

function readErasures(db: Reader, scope: LogScope): Promise<ErasureLine[]> {
  return db.$queryRaw<ErasureLine[]>`
    SELECT x.event_id AS "eventId", x.reason, ${nameOf('x.asked_by')} AS "askedBy", ${nameOf('x.agreed_by')} AS "agreedBy", x.at
    FROM audit.log_erasures x JOIN changes c ON c.id = x.change_id
    WHERE ${within(scope, 'c.project_id')} AND (${scope === 'all'} OR c.summary ->> 'forAll' IS DISTINCT FROM 'true')
    ORDER BY x.at DESC LIMIT ${MOST}`
}
