import { Prisma } from '../../../prisma/client/client.ts'
import { parseRoles } from '../../access/permissions.ts'
import type { LogScope } from '../learn-filter.ts'
import { mayExport, toScope } from './scope.ts'

/** A way out of the log that counts, and the hand that it is in. */
export type Outlet = {
  readonly id: string
  readonly kind: 'token' | 'push'
  readonly name: string
  readonly scope: LogScope
  readonly madeBy: string
  /** Whether what goes out has to be put on record anew. */
  readonly isReportDue: boolean
  /** Whether it was used in the last moments, so that this need not be noted. */
  readonly isFresh: boolean
}

export type OutletRow = Omit<Outlet, 'scope'> & {
  readonly forAll: boolean
  readonly projectIds: string[]
  readonly roles: readonly { role: string; projectId: string | null }[]
}

/** What to select of `log_outlets o` and `people p`, who made it. */
export const OUTLET_COLUMNS = Prisma.sql`
  o.id, o.kind, o.name, o.for_all AS "forAll", o.project_ids AS "projectIds", o.made_by AS "madeBy",
  (o.reported_at IS NULL OR o.reported_at <= now() - interval '1 hour') AS "isReportDue",
  coalesce(o.last_used_at > now() - interval '15 seconds', false) AS "isFresh",
  CASE WHEN p.disabled_at IS NULL THEN coalesce(
    (SELECT jsonb_agg(jsonb_build_object('role', r.role, 'projectId', r.project_id))
     FROM roles_held r WHERE r.person_id = p.id), '[]') ELSE '[]' END AS roles`

/** The outlet; null when whoever made it may not export the log of its scope any more. */
export function toOutlet({ forAll, projectIds, roles, ...row }: OutletRow): Outlet | null {
  const scope = toScope({ forAll, projectIds })
  return mayExport(parseRoles(roles), scope) ? { ...row, scope } : null
}
