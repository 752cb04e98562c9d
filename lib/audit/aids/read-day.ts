import { projectsFor } from '../../access/permissions.ts'
import type { Actor } from '../../auth/actor.ts'
import { AppError } from '../../errors.ts'
import type { Services } from '../../services.ts'
import { endOfDay, startOfDay, type Zone } from '../../zone.ts'
import { askLog } from '../ask-log.ts'
import { recordReading } from '../record-reading.ts'
import { type DaySummary, summariseDay, USUAL_BULK } from './summarise-day.ts'

/**
 * A day's summary of the projects whose log somebody may read. `day` is such as `2026-11-24`. That it is read is on record
 * before it is. Throws `request-invalid` for what is no day, `log-slow`, `log-busy`, `audit-unavailable`.
 */
export async function readDay(
  services: Services,
  actor: Actor,
  { day, zone }: { readonly day: string; readonly zone: Zone },
): Promise<DaySummary> {
  const [from, to] = [startOfDay(day, zone), endOfDay(day, zone)]
  if (from === null || to === null)
    throw new AppError('request-invalid', 'This is no day, such as 2026-11-24.')
  await recordReading(services, actor, {
    target: { kind: 'log', id: 'day' },
    after: { from: from.toISOString(), to: to.toISOString() },
  })
  const scope = projectsFor(actor.roles, 'audit:read')
  const wanted = { day: { from, to, zone }, scope, bulkAbove: USUAL_BULK }
  return askLog(services, (db) => summariseDay(db, wanted))
}
