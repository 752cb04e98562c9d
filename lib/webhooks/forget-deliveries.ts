import { KEPT_DAYS } from '../notices/list-notices.ts'
import type { Services } from '../services.ts'
import { LOG_BATCH } from './log/log-event.ts'

const AT_ONCE = 1_000

/**
 * Deletes what webhooks took, or what was given up, as long ago as notices are kept: it names people too. What each that
 * stands took last stays, for it says when that was; batches of the log, which name nobody, go by a rule of their own. Answers how many.
 */
export async function forgetDeliveries({ db }: Pick<Services, 'db'>): Promise<number> {
  return db.$executeRaw`
    DELETE FROM webhook_deliveries WHERE id IN (
      SELECT id FROM webhook_deliveries
      WHERE coalesce(delivered_at, dead_at) < now() - make_interval(days => ${KEPT_DAYS}) AND event <> ${LOG_BATCH}
        AND id <> ALL (ARRAY(
          SELECT DISTINCT ON (webhook_id) d.id FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id
          WHERE d.delivered_at IS NOT NULL AND w.removed_at IS NULL
          ORDER BY webhook_id, delivered_at DESC))
      LIMIT ${AT_ONCE})`
}
