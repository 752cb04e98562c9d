import { withinDeadline } from '../../database.ts'
import type { Services } from '../../services.ts'
import { newUuid } from '../../uuid.ts'
import type { AuditClient } from '../event.ts'
import type { LogScope } from '../learn-filter.ts'
import { recordEvent } from '../record.ts'
import { factsOfProjects } from './make-token.ts'
import type { Outlet } from './outlet-row.ts'

type Was = { readonly unreported: number; readonly reportedAt: Date | null }

/** Who is on record for what goes out by itself. */
export const LOG_OUT = { kind: 'service', name: 'log-out' } as const

/**
 * Puts on record that the log goes out this way, with how much did since the last such row: before the first bytes of an
 * hour, and once an hour at most. A row for each time would be read itself, and so make the next.
 */
export async function reportReading(
  services: Services,
  outlet: Outlet,
  client: AuditClient | null,
): Promise<void> {
  const { id, kind, name, scope, madeBy } = outlet
  await withinDeadline(
    services.db.$transaction(async (tx) => {
      const [was] = await tx.$queryRaw<Was[]>`
        UPDATE log_outlets o SET reported_at = now(), unreported = 0
        FROM (SELECT id, unreported, reported_at FROM log_outlets WHERE id = ${id}::uuid FOR UPDATE) was
        WHERE o.id = was.id AND (was.reported_at IS NULL OR was.reported_at <= now() - interval '1 hour')
        RETURNING was.unreported, was.reported_at AS "reportedAt"`
      if (was === undefined) return
      const projects = await findScopeProjects(tx, scope)
      await recordEvent(tx, {
        id: newUuid(),
        action: 'log.exported',
        outcome: 'allowed',
        actor: LOG_OUT,
        ...(client && { client }),
        target: { kind: kind === 'token' ? 'log-token' : 'log-push', id },
        ...factsOfProjects(projects),
        after: {
          ...{ name, madeBy, projects: scope === 'all' ? 'all' : projects.map((project) => project.name) },
          ...{ since: was.reportedAt?.toISOString() ?? null, rows: was.unreported },
        },
      })
    }),
  )
}

/** Counts rows that are about to go out, so that the next such row tells of them. */
export async function countReading(
  { db }: Pick<Services, 'db'>,
  { id }: Pick<Outlet, 'id'>,
  rows: number,
): Promise<void> {
  await withinDeadline(db.$executeRaw`
    UPDATE log_outlets SET unreported = least(unreported::bigint + ${rows}::int, 2147483647)::int, last_used_at = now()
    WHERE id = ${id}::uuid`)
}

/** Of a scope that names some; none where it is all. */
export async function findScopeProjects(tx: Pick<Services['db'], 'project'>, scope: LogScope) {
  if (scope === 'all') return []
  return tx.project.findMany({
    where: { id: { in: [...scope] } },
    select: { id: true, name: true, region: true },
    orderBy: { name: 'asc' },
  })
}
