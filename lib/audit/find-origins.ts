import type { PrismaClient } from '../../prisma/client/client.ts'
import { IN_BLOCK } from './export/locate-in-blocks.ts'
import type { LoggedEvent } from './logged-event.ts'

/** How a row came into the log, and where it stands in the seal. */
export type Origin = {
  readonly signedInAt: Date | null
  /** How strongly, and by what, whoever acted had proved who they are (OpenID Connect’s acr and amr). */
  readonly acr: string | null
  readonly amr: readonly string[]
  readonly region: string | null
  readonly schemaVersion: number
  /** The database role that wrote it. */
  readonly writer: string
  readonly applicationVersion: string | null
  readonly applicationInstance: string | null
  /** The block that it is sealed in; null while it is in none. */
  readonly block: number | null
}

type Row = Omit<Origin, 'block'> & { readonly id: bigint; readonly block: bigint | null }

/** Of rows that were read, by their number. */
export async function findOrigins(
  db: Pick<PrismaClient, '$queryRaw'>,
  events: readonly Pick<LoggedEvent, 'cursor' | 'at'>[],
): Promise<Readonly<Record<string, Origin>>> {
  if (events.length === 0) return {}
  const places = events.map(({ cursor }) => cursor.split('.'))
  const times = events.map(({ at }) => at.getTime())
  const rows = await db.$queryRaw<Row[]>`
    SELECT e.id, e.signed_in_at AS "signedInAt", e.acr, coalesce(e.amr, '{}') AS amr, e.region,
      e.schema_version AS "schemaVersion", e.writer, e.application_version AS "applicationVersion",
      e.application_instance AS "applicationInstance", sealed.number AS block
    FROM unnest(${places.map(([micros]) => micros)}::bigint[], ${places.map(([, id]) => id)}::bigint[]) AS place (micros, id)
    CROSS JOIN LATERAL (
      SELECT * FROM audit.events e
      WHERE e.at = 'epoch'::timestamptz + place.micros * interval '1 microsecond' AND e.id = place.id
        -- so that other months are not thought of
        AND e.at BETWEEN ${new Date(Math.min(...times))} AND ${new Date(Math.max(...times) + 1)}
      LIMIT 1
    ) e
    LEFT JOIN LATERAL (SELECT place.number FROM (SELECT e.tx, e.id) e ${IN_BLOCK}) sealed ON true`
  return Object.fromEntries(
    rows.map(({ id, block, ...origin }) => [
      String(id),
      { ...origin, block: block === null ? null : Number(block) },
    ]),
  )
}
