import type { PrismaClient } from '../../prisma/client/client.ts'
import type { RecorderArchive } from '../vonage/archive.ts'

type Database = Pick<PrismaClient, '$queryRaw'>

export type Ingesting = {
  readonly projectId: string
  readonly archives: readonly RecorderArchive[]
  /** A row that says the same already is left alone, unless it was last seen before this. */
  readonly seenBefore: Date
}

/**
 * Brings what a recorder says into the catalogue; how many archives were new. As the recorder has it now, save the
 * wrapped password: the recorder forgets it, so it is kept once seen. An archive never changes its project.
 */
export async function ingestArchives(
  db: Database,
  { projectId, archives, seenBefore }: Ingesting,
): Promise<number> {
  if (archives.length === 0) return 0
  const rows = JSON.stringify(planRows(archives))
  const [counted] = await db.$queryRaw<{ added: number }[]>`
    WITH came AS (
      SELECT * FROM jsonb_to_recordset(${rows}::jsonb) AS came (
        id uuid, session_id text, status text, name text, reason text, created_at timestamptz, updated_at timestamptz,
        size_bytes bigint, duration_seconds integer, output_mode text, has_audio boolean, has_video boolean,
        resolution text, sha256sum text, encrypted_password text, record jsonb)
    ), kept AS (
      INSERT INTO archives AS a (
        id, project_id, session_id, status, name, reason, created_at, updated_at, size_bytes, duration_seconds,
        output_mode, has_audio, has_video, resolution, sha256sum, encrypted_password, record, unlisted_at)
      SELECT id, ${projectId}::uuid, session_id, status, name, reason, created_at, updated_at, size_bytes, duration_seconds,
        output_mode, has_audio, has_video, resolution, sha256sum, encrypted_password, record,
        CASE WHEN status = 'deleted' THEN now() END
      FROM came
      -- Always in one order, so that two readers of one recorder cannot wait for each other.
      ORDER BY id
      ON CONFLICT (id) DO UPDATE SET
        session_id = excluded.session_id, status = excluded.status, name = excluded.name, reason = excluded.reason,
        created_at = excluded.created_at, updated_at = excluded.updated_at, size_bytes = excluded.size_bytes,
        duration_seconds = excluded.duration_seconds, output_mode = excluded.output_mode,
        has_audio = excluded.has_audio, has_video = excluded.has_video, resolution = excluded.resolution,
        sha256sum = excluded.sha256sum,
        encrypted_password = coalesce(excluded.encrypted_password, a.encrypted_password),
        record = excluded.record, last_seen_at = now(),
        unlisted_at = CASE WHEN excluded.status = 'deleted' THEN coalesce(a.unlisted_at, now()) END
      WHERE a.project_id = excluded.project_id
        AND (a.last_seen_at < ${seenBefore} OR a.record IS DISTINCT FROM excluded.record
          OR (a.unlisted_at IS NULL) <> (excluded.unlisted_at IS NULL)
          OR a.encrypted_password IS DISTINCT FROM coalesce(excluded.encrypted_password, a.encrypted_password))
      RETURNING (xmax = 0) AS is_new
    )
    SELECT count(*) FILTER (WHERE is_new)::integer AS added FROM kept`
  return counted?.added ?? 0
}

/** One row an archive: Postgres refuses to touch one twice in a statement, and a list may repeat itself. */
function planRows(archives: readonly RecorderArchive[]): object[] {
  const last = new Map(archives.map((archive) => [archive.id, archive]))
  return [...last.values()].map((archive) => ({
    id: archive.id,
    session_id: archive.sessionId,
    status: archive.status,
    name: archive.name,
    reason: archive.reason,
    created_at: archive.createdAt,
    updated_at: archive.updatedAt,
    size_bytes: archive.sizeBytes,
    duration_seconds: archive.durationSeconds,
    output_mode: archive.outputMode,
    has_audio: archive.hasAudio,
    has_video: archive.hasVideo,
    resolution: archive.resolution,
    sha256sum: archive.sha256sum,
    encrypted_password: archive.encryptedPassword,
    record: archive.record,
  }))
}

/** Marks what the recorder's whole list, read from `since` on, has been without. How many were marked. */
export async function markUnlisted(
  db: Pick<PrismaClient, '$executeRaw'>,
  { projectId, since }: { readonly projectId: string; readonly since: Date },
): Promise<number> {
  return db.$executeRaw`
    UPDATE archives SET unlisted_at = now()
    WHERE project_id = ${projectId}::uuid AND unlisted_at IS NULL AND last_seen_at < ${since}`
}

/** The database's clock, which `seenBefore` and `since` are compared by. */
export async function readDatabaseClock(db: Database): Promise<Date> {
  const [row] = await db.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`
  if (row === undefined) throw new Error('the database tells no time')
  return row.now
}
