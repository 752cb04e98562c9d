import { Prisma } from '../../prisma/client/client.ts'
import type { ArchiveRow } from './archive-row.ts'
import { planPlayability } from './playability.ts'
import { heldUntil } from './scope.ts'

/** An archive as the catalogue holds it, as far as a list needs it. */
export type CatalogueRow = {
  readonly archiveId: string
  readonly projectId: string
  readonly sessionId: string
  readonly status: string
  readonly name: string | null
  readonly createdAt: Date
  readonly sizeBytes: number
  readonly durationSeconds: number
  readonly measuredDurationSeconds: number | null
  readonly outputMode: string | null
  readonly hasAudio: boolean | null
  readonly hasVideo: boolean | null
  readonly encrypted: boolean
  readonly unlistedAt: Date | null
  readonly failureCode: string | null
  readonly restricted: boolean
  /** Until when the reader's grants let them; null when they do not. */
  readonly playUntil: Date | null
  readonly downloadUntil: Date | null
}

/** What a query with `held` selects from `archives a` to give rows of the catalogue. */
export const CATALOGUE_COLUMNS = Prisma.sql`
  a.id AS "archiveId", a.project_id AS "projectId", a.session_id AS "sessionId", a.status, a.name,
  a.created_at AS "createdAt", a.size_bytes::float8 AS "sizeBytes", a.duration_seconds AS "durationSeconds",
  a.measured_duration_seconds AS "measuredDurationSeconds", a.output_mode AS "outputMode",
  a.has_audio AS "hasAudio", a.has_video AS "hasVideo", a.encrypted_password IS NOT NULL AS encrypted,
  a.unlisted_at AS "unlistedAt", a.failure_code AS "failureCode", a.restricted_at IS NOT NULL AS restricted,
  ${heldUntil('recording:play')} AS "playUntil", ${heldUntil('recording:download')} AS "downloadUntil"`

export function toArchiveRow(row: CatalogueRow): ArchiveRow {
  const { archiveId, createdAt, status, name, hasAudio, hasVideo, encrypted, sizeBytes, restricted } = row
  const mayPlay = row.playUntil !== null
  const state = planPlayability(row)
  return {
    archiveId,
    createdAt,
    // The recorder says 0 where it does not know.
    durationSeconds: row.measuredDurationSeconds ?? (row.durationSeconds > 0 ? row.durationSeconds : null),
    status,
    // What stands in its own way comes first: access would not mend it.
    ...(state.playable && restricted && !mayPlay ? RESTRICTED : state),
    name,
    hasAudio,
    hasVideo,
    encrypted,
    sizeBytes,
    restricted,
    mayPlay,
  }
}

const RESTRICTED = { playable: false, code: 'archive-restricted' } as const
