import type { Services } from '../../services.ts'

/** For so long somebody may wonder how a batch went. */
const KEPT_HOURS = 24

/**
 * Forgets batches that were taken long ago, but for the newest of each push: one comes every second, and that the log goes
 * out is on record by the hour.
 */
export async function forgetTakenBatches({ db }: Pick<Services, 'db'>): Promise<void> {
  await db.$executeRaw`
    DELETE FROM webhook_deliveries d USING log_outlets o
    WHERE o.webhook_id = d.webhook_id AND d.delivered_at < now() - make_interval(hours => ${KEPT_HOURS}::int)
      AND d.delivered_at < (SELECT max(newest.delivered_at) FROM webhook_deliveries newest
        WHERE newest.webhook_id = d.webhook_id)`
}
