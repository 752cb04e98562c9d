import type { PrismaClient } from '../../prisma/client/client.ts'
import { withinDeadline } from '../database.ts'
import { parseStorageSettings, storageLabel } from '../projects/storage-settings.ts'
import type { ArchiveView } from './archive-row.ts'
import { type CatalogueRow, toArchiveRow } from './catalogue-row.ts'

type Details = {
  readonly archiveId: string
  readonly reason: string | null
  readonly updatedAt: Date | null
  readonly resolution: string | null
  readonly sha256sum: string | null
  readonly container: string | null
  readonly certificateFingerprint: string | null
  readonly objectKey: string | null
  readonly storageKind: string | null
  readonly storageSettings: unknown
  readonly seenCount: number
  readonly seenAt: Date | null
}

/** Archives somebody may see, with everything that is known of them, in the order of their rows. */
export async function viewArchives(
  db: Pick<PrismaClient, '$queryRaw'>,
  rows: readonly CatalogueRow[],
): Promise<ArchiveView[]> {
  const ids = rows.map(({ archiveId }) => archiveId)
  const details = await withinDeadline(
    db.$queryRaw<Details[]>`
      SELECT a.id AS "archiveId", a.reason, a.updated_at AS "updatedAt", a.resolution, a.sha256sum, a.container,
        a.certificate_fingerprint AS "certificateFingerprint", a.object_key AS "objectKey",
        t.kind AS "storageKind", t.settings AS "storageSettings", seen.count AS "seenCount", seen.last_at AS "seenAt"
      FROM archives a
      LEFT JOIN storage_targets t ON t.id = a.storage_target_id
      CROSS JOIN LATERAL (
        SELECT count(*)::integer AS count, max(v.opened_at) AS last_at
        FROM viewings v WHERE v.archive_id = a.id AND v.close_reason IS DISTINCT FROM 'failed') seen
      WHERE a.id = ANY (${ids}::uuid[])`,
  )
  const byId = new Map(details.map((each) => [each.archiveId, each]))
  return rows.flatMap((row) => {
    const found = byId.get(row.archiveId)
    return found === undefined ? [] : toArchiveView(row, found)
  })
}

function toArchiveView(row: CatalogueRow, details: Details): ArchiveView {
  const { reason, updatedAt, resolution, sha256sum, container, certificateFingerprint } = details
  return {
    ...toArchiveRow(row),
    durationMeasured: row.measuredDurationSeconds !== null,
    reason,
    updatedAt,
    outputMode: row.outputMode,
    resolution,
    sha256sum,
    container,
    certificateFingerprint,
    storage: findStorage(details),
    unlistedAt: row.unlistedAt,
    seen: { count: details.seenCount, lastAt: details.seenAt },
    playUntil: row.playUntil,
    downloadUntil: row.downloadUntil,
  }
}

function findStorage({ objectKey, storageKind, storageSettings }: Details): string | null {
  if (objectKey === null) return null
  if (storageKind === null) return 'the recorder’s cloud'
  const settings = parseStorageSettings(storageKind, storageSettings)
  return settings === null ? storageKind : storageLabel(settings)
}
