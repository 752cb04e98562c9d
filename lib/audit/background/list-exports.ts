import type { Actor } from '../../auth/actor.ts'
import { withinDeadline } from '../../database.ts'
import type { Services } from '../../services.ts'

export type ExportState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'

/** An export of one's own that is made in the background. */
export type BackgroundExport = {
  readonly exportId: string
  readonly format: string
  readonly state: ExportState
  /** Read so far. */
  readonly rows: number
  /** How many there are; null where they could not be counted in time. */
  readonly total: number | null
  readonly bytes: number
  readonly askedAt: Date
  readonly endedAt: Date | null
  readonly expiresAt: Date
  /** Why it failed. */
  readonly code: string | null
}

type Row = Omit<BackgroundExport, 'rows' | 'total' | 'bytes'> & {
  rows: bigint
  total: bigint | null
  bytes: bigint
}

const MOST = 20

/** One's own, newest first, without those that have expired. */
export async function listExports({ db }: Services, { personId }: Actor): Promise<BackgroundExport[]> {
  const rows = await withinDeadline(
    db.$queryRaw<Row[]>`
      SELECT id AS "exportId", format, state, rows, total, bytes, asked_at AS "askedAt", ended_at AS "endedAt",
        expires_at AS "expiresAt", code
      FROM log_exports
      WHERE person_id = ${personId}::uuid AND state <> 'removed' AND expires_at > now()
      ORDER BY asked_at DESC LIMIT ${MOST}`,
  )
  return rows.map((row) => ({
    ...row,
    ...{ rows: Number(row.rows), bytes: Number(row.bytes) },
    total: row.total === null ? null : Number(row.total),
  }))
}
