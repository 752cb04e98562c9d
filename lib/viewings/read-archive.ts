import type { Prisma } from '../../prisma/client/client.ts'
import { inTime, withinDeadline } from '../database.ts'
import { AppError } from '../errors.ts'
import type { OpenProject } from '../projects/project-registry.ts'
import type { Services } from '../services.ts'
import { checkObject } from './check-object.ts'
import { closeInTransaction } from './close-viewing.ts'
import type { GrantedArchive } from './find-archive.ts'
import { LEASE_TABLES, OVERDUE } from './lease.ts'
import { locateObject } from './locate-object.ts'
import { forgetRecording, getRecording } from './open-recordings.ts'
import { planReading } from './plan-reading.ts'
import { unwrapKey } from './unwrap-key.ts'
import type { CloseReason, Purpose, ReadingPlan } from './viewing.ts'

/** Recorder and media tell lengths a little apart. */
const DURATION_TOLERANCE_SECONDS = 3

/** How many viewings somebody may have open. */
type Room = { readonly personId: string; readonly mostOpen: number }

/** An archive that is being opened, for a viewing that is on record. */
export type Reading = {
  readonly viewingId: string
  readonly purpose: Purpose
  readonly archive: GrantedArchive
  readonly project: OpenProject
  /** Null where any number may be open. */
  readonly room: Room | null
}

/**
 * Finds an archive’s object, unwraps its key, looks at what it is and fixes how it will be read; all of it is kept with
 * the archive and the viewing, and the key by this process alone. Throws why the archive cannot be opened.
 */
export async function readArchive(
  services: Services,
  reading: Reading,
  signal: AbortSignal,
): Promise<ReadingPlan> {
  const { viewingId, purpose, archive, project } = reading
  const encrypted = Boolean(archive.encryptedPassword)
  const { store, object } = await locateObject(project, { ...archive, encrypted }, signal)
  checkObject(
    object,
    { recordedSizeBytes: archive.recordedSizeBytes, firstSeen: findFirstSeen(archive, object.targetId) },
    encrypted,
  )
  const unwrapped = encrypted
    ? await unwrapKey(services, { project, wrapped: { viewingId, ...archive } }, signal)
    : null
  const key = unwrapped?.key ?? null
  const plan = await planReading({ store, object, key, purpose }, signal)
  // A fragmented MP4 may not say how long it is; what is not known is not short.
  const isMeasured = plan.container === 'ts' || plan.durationSeconds > 0
  if (isMeasured && plan.durationSeconds < archive.recordedDurationSeconds - DURATION_TOLERANCE_SECONDS) {
    throw new AppError(
      'archive-cut',
      `The recording lasts ${Math.round(plan.durationSeconds)} of ${archive.recordedDurationSeconds} seconds: its upload was cut off.`,
    )
  }
  const closed = await keepFindings(services, {
    ...reading,
    plan,
    fingerprint: unwrapped?.fingerprint ?? null,
  })
  const recording = { projectId: project.id, plan, key, borders: new Map() }
  await getRecording(viewingId, async () => recording)
  for (const id of closed) forgetRecording(id)
  return plan
}

/** What is pinned counts for the place it was found in; a fallback copy in the recorder’s cloud is another file. */
function findFirstSeen(archive: GrantedArchive, targetId: string | null) {
  const { objectEtag, objectVersionId, objectSizeBytes } = archive
  if (objectEtag === null || objectSizeBytes === null || archive.storageTargetId !== targetId) return null
  return { etag: objectEtag, versionId: objectVersionId, sizeBytes: objectSizeBytes }
}

/** Answers which viewings it has ended. */
async function keepFindings(
  services: Services,
  found: Reading & { plan: ReadingPlan; fingerprint: string | null },
): Promise<readonly string[]> {
  const { object, container, durationSeconds } = found.plan
  const begun = performance.now()
  return withinDeadline(
    services.db.$transaction(
      inTime(begun, async (tx) => {
        // Before anything of this one is locked that another opening of theirs may want to end.
        if (found.room) await lockOpener(tx, found.room)
        await tx.$executeRaw`
          UPDATE archives SET storage_target_id = ${object.targetId}::uuid, object_key = ${object.key},
            object_etag = ${object.etag}, object_version_id = ${object.versionId}, object_size_bytes = ${object.sizeBytes}::bigint,
            certificate_fingerprint = coalesce(${found.fingerprint}, certificate_fingerprint), container = ${container},
            measured_duration_seconds = ${durationSeconds}, failure_code = NULL
          WHERE id = ${found.archive.archiveId}::uuid`
        await tx.$executeRaw`
          UPDATE viewings SET plan = ${JSON.stringify(found.plan)}::jsonb, last_active_at = now()
          WHERE id = ${found.viewingId}::uuid`
        return found.room ? makeRoom(tx, found.room) : []
      }),
    ),
  )
}

/** Of two openings at once by one person the second waits here until the first has ended what it must. */
async function lockOpener(tx: Prisma.TransactionClient, { personId }: Room): Promise<void> {
  await tx.$queryRaw`SELECT id FROM people WHERE id = ${personId}::uuid FOR NO KEY UPDATE`
}

/**
 * Once one more is open, the person’s oldest end, and say so; an opening that comes to nothing ends none. One that is over
 * already takes nobody’s place, and is closed here for that reason: should what it stood on come back, it would be one too many.
 * Answers which were ended. The caller holds `lockOpener`.
 */
async function makeRoom(
  tx: Prisma.TransactionClient,
  { personId, mostOpen }: Room,
): Promise<readonly string[]> {
  const open = await tx.$queryRaw<{ id: string; overdue: CloseReason | null }[]>`
    SELECT v.id, ${OVERDUE} AS overdue FROM ${LEASE_TABLES}
    WHERE v.person_id = ${personId}::uuid AND v.closed_at IS NULL AND v.purpose = 'viewing'
    ORDER BY v.opened_at DESC, v.id DESC`
  const over = open.flatMap(({ id, overdue }) => (overdue ? [{ id, reason: overdue }] : []))
  const oldest = open
    .filter(({ overdue }) => overdue === null)
    .slice(Math.max(1, mostOpen))
    .map(({ id }) => ({ id, reason: 'replaced' as const }))
  const ended = [...over, ...oldest]
  for (const { id, reason } of ended) await closeInTransaction(tx, id, { reason })
  return ended.map(({ id }) => id)
}
