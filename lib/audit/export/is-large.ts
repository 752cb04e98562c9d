import { projectsFor } from '../../access/permissions.ts'
import type { Actor } from '../../auth/actor.ts'
import { isAppError } from '../../errors.ts'
import type { Services } from '../../services.ts'
import { askLog } from '../ask-log.ts'
import type { LogFilter } from '../log-filter.ts'
import { whereOf } from '../log-where.ts'
import { EVENT_TABLES } from '../logged-event.ts'

/** More than people wait for. */
const LARGE_ROWS = 50_000

/** Whether an export of what fits had better be made in the background: so many rows, or so long to count them. */
export async function isLarge(services: Services, actor: Actor, filter: LogFilter): Promise<boolean> {
  try {
    return await askLog(services, async (db) => {
      const where = await whereOf(db, filter, projectsFor(actor.roles, 'audit:export'))
      const [found] = await db.$queryRaw<{ count: number }[]>`
        SELECT count(*)::int AS count FROM (SELECT FROM ${EVENT_TABLES} WHERE ${where} LIMIT ${LARGE_ROWS + 1}) AS few`
      return (found?.count ?? 0) > LARGE_ROWS
    })
  } catch (error) {
    if (isAppError(error, 'log-slow') || isAppError(error, 'log-busy')) return true
    throw error
  }
}
