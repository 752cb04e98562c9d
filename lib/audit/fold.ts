import { Prisma } from '../../prisma/client/client.ts'
import type { AuditAction } from './event.ts'
import type { Folded } from './logged-event.ts'
import type { LogWriter } from './record.ts'

/** Actions that are listed under their viewing's opening and not by themselves. */
export const FOLDED_ACTIONS = Prisma.sql`('viewing.window', 'viewing.progressed', 'download.window')`

const OF_VIEWINGS: ReadonlySet<AuditAction> = new Set([
  ...(['viewing.window', 'viewing.progressed', 'viewing.refused', 'viewing.closed'] as const),
  ...(['download.window', 'download.refused', 'download.closed'] as const),
  ...(['key.used', 'key.failed', 'archive.altered', 'archive.undecryptable'] as const),
])

/** Whether rows of an action belong to viewings, of which their opening says what they do not say themselves. */
export const isOfViewing = (action: AuditAction): boolean => OF_VIEWINGS.has(action)

const DAY_MS = 24 * 60 * 60 * 1000
/** Whatever had to be mended before an end could go on record. */
const LATE_MS = 31 * DAY_MS

type FoldRow = {
  viewingId: string
  windows: number
  servedBytes: number
  mediaMs: number | null
  claimedMs: number | null
  lastAt: Date
}

/** An opening in the log: which viewing, and when. */
type Opening = { readonly viewingId: string; readonly at: Date }

/** What happened under each of these openings, by viewing id; those without anything are left out. */
export async function findFolded(db: LogWriter, openings: readonly Opening[]): Promise<Map<string, Folded>> {
  if (openings.length === 0) return new Map()
  const viewingIds = openings.map(({ viewingId }) => viewingId)
  // Other months are not looked into. A clock that is set back loses nothing, and an end comes within eight hours.
  const times = openings.map(({ at }) => at.getTime())
  const [since, until] = [new Date(Math.min(...times) - DAY_MS), new Date(Math.max(...times) + LATE_MS)]
  const rows = await db.$queryRaw<FoldRow[]>`
    WITH served AS MATERIALIZED (
      SELECT viewing_id, action, at, bytes, claimed_ms, int4range(media_from_ms, media_to_ms) AS media,
        media_from_ms IS NOT NULL AND media_to_ms IS NOT NULL AS has_media
      FROM audit.events
      WHERE viewing_id = ANY(${viewingIds}::uuid[]) AND at BETWEEN ${since} AND ${until}
        AND (action IN ${FOLDED_ACTIONS} OR claimed_ms IS NOT NULL)
    ), claims AS (
      SELECT viewing_id, range_agg(int4range(
        least(claimed_ms[n], claimed_ms[n + 1]), greatest(claimed_ms[n], claimed_ms[n + 1]))) AS claimed
      FROM served, generate_series(1, cardinality(claimed_ms), 2) AS n
      GROUP BY viewing_id
    ), sums AS (
      SELECT viewing_id,
        count(*) FILTER (WHERE action IN ('viewing.window', 'download.window'))::int AS windows,
        coalesce(sum(bytes) FILTER (WHERE action IN ('viewing.window', 'download.window')), 0)::float8 AS bytes,
        range_agg(media) FILTER (WHERE has_media) AS media, max(at) AS last_at
      FROM served GROUP BY viewing_id
    )
    SELECT sums.viewing_id AS "viewingId", windows, bytes AS "servedBytes", last_at AS "lastAt",
      (SELECT sum(upper(r) - lower(r))::int FROM unnest(media) AS r) AS "mediaMs",
      (SELECT sum(upper(r) - lower(r))::int FROM unnest(claimed) AS r) AS "claimedMs"
    FROM sums LEFT JOIN claims USING (viewing_id)`
  return new Map(
    rows.map(({ viewingId, mediaMs, claimedMs, ...rest }) => [
      viewingId,
      { ...rest, mediaSeconds: (mediaMs ?? 0) / 1000, claimedSeconds: (claimedMs ?? 0) / 1000 },
    ]),
  )
}
