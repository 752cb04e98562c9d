import type { PrismaClient } from '../../prisma/client/client.ts'

/** An event that is to be sent now, and where to. */
export type Claimed = {
  readonly id: string
  readonly event: string
  readonly body: unknown
  /** This one among them. */
  readonly attempts: number
  readonly webhookId: string
  readonly url: string
  readonly secrets: unknown
  readonly project: { readonly id: string; readonly name: string; readonly region: string | null } | null
}

export type Room = {
  /** How many may be begun. */
  readonly most: number
  readonly mostOfOne: number
  /** Webhooks that something is being sent to, once for each. */
  readonly busy: readonly string[]
}

type Row = Omit<Claimed, 'project'> & {
  readonly projectId: string | null
  readonly projectName: string | null
  readonly region: string | null
}

/** Longer than one attempt may take, its settling included. */
const LEASE_SECONDS = 60

/**
 * Takes events that are due, counted as an attempt at once, and keeps them from others for a minute: whoever dies with
 * them has lost nothing, for they are due again. First attempts go before others, and no webhook takes all the room.
 */
export async function claimDeliveries(
  db: Pick<PrismaClient, '$queryRaw'>,
  { most, mostOfOne, busy }: Room,
): Promise<Claimed[]> {
  const rows = await db.$queryRaw<Row[]>`
    UPDATE webhook_deliveries d
    SET attempts = d.attempts + 1, next_attempt_at = now() + make_interval(secs => ${LEASE_SECONDS})
    FROM (
      SELECT due.id, w.url, w.secrets, pr.id AS project_id, pr.name AS project_name, pr.region
      FROM webhooks w
      LEFT JOIN projects pr ON pr.id = w.project_id
      CROSS JOIN LATERAL (
        SELECT each.id, each.attempts, each.next_attempt_at FROM webhook_deliveries each
        WHERE each.webhook_id = w.id AND each.delivered_at IS NULL AND each.dead_at IS NULL
          AND each.next_attempt_at <= now()
        ORDER BY each.attempts > 0, each.next_attempt_at
        LIMIT greatest(0, ${mostOfOne} - cardinality(array_positions(${[...busy]}::uuid[], w.id)))
        FOR UPDATE SKIP LOCKED) due
      WHERE w.removed_at IS NULL
      ORDER BY due.attempts > 0, due.next_attempt_at
      LIMIT ${most}) taken
    WHERE d.id = taken.id
    RETURNING d.id, d.event, d.body, d.attempts, d.webhook_id AS "webhookId", taken.url, taken.secrets,
      taken.project_id AS "projectId", taken.project_name AS "projectName", taken.region`
  return rows.map(({ projectId, projectName, region, ...claimed }) => ({
    ...claimed,
    project: projectId === null ? null : { id: projectId, name: projectName ?? '', region },
  }))
}
