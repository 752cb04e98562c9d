import { projectsFor } from '../../access/permissions.ts'
import type { Actor } from '../../auth/actor.ts'
import { withinDeadline } from '../../database.ts'
import type { Services } from '../../services.ts'

/** A token as auditors see it; never the token itself. */
export type TokenLine = {
  readonly id: string
  readonly name: string
  /** By name; null: all projects. */
  readonly projects: readonly string[] | null
  readonly madeBy: string
  readonly madeAt: Date
  readonly until: Date
  readonly lastUsedAt: Date | null
  readonly state: 'counts' | 'expired' | 'revoked' | 'hand'
}

const ENDED_SHOWN_DAYS = 30
const MOST = 200

type Row = Omit<TokenLine, 'projects' | 'state'> & {
  readonly forAll: boolean
  readonly projects: readonly string[]
  readonly endReason: string | null
  readonly isOver: boolean
}

/** One's own tokens and those of a scope that one may export, those that count first; ended ones for a month. */
export async function listTokens({ db }: Services, actor: Actor): Promise<TokenLine[]> {
  const scope = projectsFor(actor.roles, 'audit:export')
  const [isAll, projectIds] = scope === 'all' ? [true, []] : [false, [...scope]]
  const rows = await withinDeadline(db.$queryRaw<Row[]>`
    SELECT o.id, o.name, o.for_all AS "forAll",
      coalesce(p.name, p.email, p.subject, 'somebody') AS "madeBy", o.made_at AS "madeAt", o.until,
      o.last_used_at AS "lastUsedAt", o.end_reason AS "endReason", o.until <= now() AS "isOver",
      ARRAY(SELECT pr.name FROM projects pr WHERE pr.id = ANY (o.project_ids) ORDER BY pr.name) AS projects
    FROM log_outlets o JOIN people p ON p.id = o.made_by
    WHERE o.kind = 'token' AND (o.ended_at IS NULL OR o.ended_at > now() - make_interval(days => ${ENDED_SHOWN_DAYS}))
      AND (o.made_by = ${actor.personId}::uuid OR ${isAll}
        OR (NOT o.for_all AND o.project_ids <@ ${projectIds}::uuid[]))
    ORDER BY o.ended_at IS NOT NULL, o.made_at DESC LIMIT ${MOST}`)
  return rows.map(({ forAll, endReason, isOver, projects, ...line }) => ({
    ...line,
    projects: forAll ? null : projects,
    state: toState(endReason, isOver),
  }))
}

function toState(endReason: string | null, isOver: boolean): TokenLine['state'] {
  if (endReason === 'hand' || endReason === 'revoked') return endReason
  return endReason === 'expired' || isOver ? 'expired' : 'counts'
}
