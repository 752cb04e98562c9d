import { Prisma } from '../../prisma/client/client.ts'
import type { Actor } from '../auth/actor.ts'
import { REACHES_PROJECT } from './grants.ts'
import { projectsFor } from './permissions.ts'
import { ASKED_PROJECT } from './request-project.ts'

/** The projects somebody manages access to; of what concerns none of them they are shown nothing. */
export type Managed = 'all' | readonly string[]

export function findManaged({ roles }: Pick<Actor, 'roles'>): Managed {
  return projectsFor(roles, 'access:manage')
}

/** SQL: whether project `pr` is one of them. */
export function isManaged(managed: Managed): Prisma.Sql {
  return managed === 'all' ? Prisma.sql`true` : Prisma.sql`pr.id = ANY (${[...managed]}::uuid[])`
}

/** SQL: whether grant `g` reaches one of them, or something in it. */
export function reachesManaged(managed: Managed): Prisma.Sql {
  if (managed === 'all') return Prisma.sql`true`
  return Prisma.sql`EXISTS (SELECT FROM projects pr WHERE ${isManaged(managed)} AND ${REACHES_PROJECT})`
}

/** SQL: whether those who manage these projects decide about grant `g`. What reaches several is for those who manage all. */
export function isDecidedBy(managed: Managed): Prisma.Sql {
  if (managed === 'all') return Prisma.sql`true`
  return Prisma.sql`(g.project_id = ANY (${[...managed]}::uuid[])) IS TRUE`
}

/** SQL: whether person `p` is to be seen: holds something there, by themselves or a group, or has asked for something there. */
export function isInView(managed: Managed): Prisma.Sql {
  if (managed === 'all') return Prisma.sql`true`
  const ids = Prisma.sql`${[...managed]}::uuid[]`
  return Prisma.sql`(cardinality(${ids}) > 0 AND (
    EXISTS (
      SELECT FROM roles_held r
      WHERE r.person_id = p.id AND (r.project_id IS NULL OR r.project_id = ANY (${ids})))
    OR EXISTS (
      SELECT FROM grants g
      WHERE (g.person_id = p.id OR g.group_name = ANY (p.groups)) AND ${reachesManaged(managed)})
    OR EXISTS (SELECT FROM access_requests q WHERE q.asked_by = p.id AND ${ASKED_PROJECT} = ANY (${ids}))))`
}
