import type { PrismaClient } from '../../prisma/client/client.ts'
import { COUNTS, ENDS, OPENS_ARCHIVE, REACHES_ARCHIVE } from '../access/grants.ts'
import { withinDeadline } from '../database.ts'

/** An archive somebody wants to open, with the grant that would let them; no grant, no archive. */
export type GrantedArchive = {
  readonly archiveId: string
  readonly projectId: string
  readonly sessionId: string
  readonly status: string
  readonly outputMode: string | null
  readonly createdAt: Date
  readonly unlistedAt: Date | null
  readonly recordedSizeBytes: number
  readonly recordedDurationSeconds: number
  readonly encryptedPassword: string | null
  readonly certificateFingerprint: string | null
  readonly storageTargetId: string | null
  readonly objectKey: string | null
  readonly objectEtag: string | null
  readonly objectVersionId: string | null
  readonly objectSizeBytes: number | null
  readonly grantId: string
  readonly grantedUntil: Date
}

/**
 * The archive, if a grant in force lets the person do this to it: the scope is in the query, so what is out of scope
 * and what does not exist are the same nothing. Of several grants, the one that lasts longest.
 */
export async function findGrantedArchive(
  db: Pick<PrismaClient, '$queryRaw'>,
  personId: string,
  wanted: { readonly archiveId: string; readonly right: 'recording:play' | 'recording:download' },
): Promise<GrantedArchive | null> {
  const rows = await withinDeadline(
    db.$queryRaw<GrantedArchive[]>`
      SELECT a.id AS "archiveId", a.project_id AS "projectId", a.session_id AS "sessionId", a.status,
        a.output_mode AS "outputMode", a.created_at AS "createdAt", a.unlisted_at AS "unlistedAt",
        a.size_bytes::float8 AS "recordedSizeBytes", a.duration_seconds AS "recordedDurationSeconds",
        a.encrypted_password AS "encryptedPassword", a.certificate_fingerprint AS "certificateFingerprint",
        a.storage_target_id AS "storageTargetId", a.object_key AS "objectKey", a.object_etag AS "objectEtag",
        a.object_version_id AS "objectVersionId", a.object_size_bytes::float8 AS "objectSizeBytes",
        g.id AS "grantId", ${ENDS} AS "grantedUntil"
      FROM archives a
      JOIN projects pr ON pr.id = a.project_id
      JOIN people p ON p.id = ${personId}::uuid
      JOIN grants g ON ${COUNTS}
      WHERE a.id = ${wanted.archiveId}::uuid AND ${wanted.right} = ANY (g.rights)
        AND ${REACHES_ARCHIVE} AND ${OPENS_ARCHIVE}
      ORDER BY "grantedUntil" DESC, g.id LIMIT 1`,
  )
  return rows[0] ?? null
}
