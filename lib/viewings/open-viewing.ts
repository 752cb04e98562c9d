import type { Prisma } from '../../prisma/client/client.ts'
import { planPlayability } from '../archives/playability.ts'
import type { AuditEvent } from '../audit/event.ts'
import { recordEvent } from '../audit/record.ts'
import { type Actor, auditActor } from '../auth/actor.ts'
import { withinDeadline } from '../database.ts'
import { AppError, type ErrorCode, isAppError } from '../errors.ts'
import type { OpenProject } from '../projects/project-registry.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'
import { checkObject } from './check-object.ts'
import { closeInTransaction, closeViewing } from './close-viewing.ts'
import { findGrantedArchive, type GrantedArchive } from './find-archive.ts'
import { locateObject } from './locate-object.ts'
import { getRecording } from './open-recordings.ts'
import { type Opening, requireReason } from './parse-opening.ts'
import { planReading } from './plan-reading.ts'
import { unwrapKey } from './unwrap-key.ts'
import { ACTIONS, type Purpose, type ReadingPlan } from './viewing.ts'

const LONGEST_MS = 8 * 60 * 60 * 1000
const OPENING_LIMIT_MS = 30_000
/** Recorder and media tell lengths a little apart. */
const DURATION_TOLERANCE_SECONDS = 3

/** What an opened recording is played by. `href` is a path of this site. */
export type Opened = {
  readonly viewingId: string
  readonly media: 'hls' | 'file'
  readonly href: string
  readonly durationSeconds: number
  readonly expiresAt: Date
}

/**
 * The one way to plaintext. Asks for the grant, puts the opening on record, and only then finds the object, unwraps its
 * key, looks at what it is and fixes how it will be read. Whatever refuses it is on record too, before it is told.
 * Throws `forbidden`, `reason-invalid`, `case-required`, or why the archive cannot be opened.
 */
export async function openViewing(
  services: Services,
  actor: Actor,
  { purpose, opening }: { readonly purpose: Purpose; readonly opening: Opening },
): Promise<Opened> {
  const viewingId = newUuid()
  const about = describeAct(actor, viewingId, opening)
  const right = purpose === 'viewing' ? 'recording:play' : 'recording:download'
  const archive = await findGrantedArchive(services.db, actor.personId, {
    archiveId: opening.archiveId,
    right,
  })
  if (!archive) return refuse(services, { about, purpose, error: new AppError('forbidden') })
  const project = await services.projects.get(archive.projectId)
  const known = {
    ...about,
    sessionId: archive.sessionId,
    projectId: project.id,
    projectName: project.name,
    grantId: archive.grantId,
  }
  try {
    requireReason(opening, project.reasons)
    requireFile(archive)
  } catch (error) {
    return refuse(services, { about: known, purpose, error })
  }
  const expiresAt = new Date(
    Math.min(Date.now() + LONGEST_MS, archive.grantedUntil.getTime(), actor.expiresAt.getTime()),
  )
  const room =
    purpose === 'viewing' ? { personId: actor.personId, mostOpen: project.concurrentViewings } : null
  const signal = AbortSignal.timeout(OPENING_LIMIT_MS)
  await withinDeadline(
    services.db.$transaction(async (tx) => {
      await recordEvent(tx, {
        id: newUuid(),
        action: ACTIONS[purpose].opened,
        outcome: 'allowed',
        ...known,
      })
      await insertViewing(tx, { viewingId, purpose, actor, archive, opening, expiresAt })
    }),
  )
  try {
    const plan = await readArchive(services, { viewingId, purpose, archive, project, room }, signal)
    return {
      viewingId,
      media: plan.hls ? 'hls' : 'file',
      href: findHref(viewingId, purpose, plan),
      durationSeconds: plan.durationSeconds,
      expiresAt,
    }
  } catch (error) {
    return giveUp(services, {
      about: known,
      purpose,
      archive,
      error: signal.aborted ? tookTooLong(error) : error,
    })
  }
}

type About = Omit<AuditEvent, 'id' | 'action' | 'outcome'> & { readonly viewingId: string }

function describeAct(actor: Actor, viewingId: string, opening: Opening): About {
  return {
    viewingId,
    actor: auditActor(actor),
    client: actor.client,
    archiveId: opening.archiveId,
    reasonCode: opening.reasonCode.slice(0, 64),
    // In characters, as they are counted; what is longer is refused, and of that the beginning is kept.
    reason: [...opening.reason].slice(0, 2000).join(''),
    ...(opening.caseReference && { caseReference: opening.caseReference }),
  }
}

/** Throws why there is no file that could be opened. What was found at an earlier opening does not count: it may have been mended. */
function requireFile(archive: GrantedArchive): void {
  const { code } = planPlayability({ ...archive, failureCode: null })
  if (code) throw new AppError(code)
}

async function refuse(
  services: Services,
  { about, purpose, error }: { about: About; purpose: Purpose; error: unknown },
): Promise<never> {
  if (isAppError(error)) {
    await recordEvent(services.db, {
      id: newUuid(),
      action: ACTIONS[purpose].refused,
      outcome: 'refused',
      code: error.code,
      ...about,
    })
  }
  throw error
}

/** An opening that came to nothing after it was on record: that is on record too, the viewing ends, the catalogue remembers why. */
async function giveUp(
  services: Services,
  {
    about,
    purpose,
    archive,
    error,
  }: { about: About; purpose: Purpose; archive: GrantedArchive; error: unknown },
): Promise<never> {
  const code: ErrorCode = isAppError(error) ? error.code : 'internal'
  if (code === 'audit-unavailable') throw error
  await withinDeadline(
    services.db.$transaction(async (tx) => {
      await recordEvent(tx, {
        id: newUuid(),
        action: ACTIONS[purpose].refused,
        outcome: 'failed',
        code,
        ...about,
      })
      const found = FINDINGS[code]
      if (found) {
        await recordEvent(tx, {
          id: newUuid(),
          action: found,
          outcome: 'failed',
          code,
          viewingId: about.viewingId,
          archiveId: archive.archiveId,
          projectId: archive.projectId,
        })
      }
      if (code.startsWith('archive-') || code.startsWith('password-') || code === 'key-not-found') {
        await tx.$executeRaw`UPDATE archives SET failure_code = ${code} WHERE id = ${archive.archiveId}::uuid`
      }
    }),
  )
  await closeViewing(services, about.viewingId, { reason: 'failed', outcome: 'failed', code })
  throw error
}

const FINDINGS: Partial<Record<ErrorCode, 'archive.altered' | 'archive.undecryptable'>> = {
  'archive-changed': 'archive.altered',
  'archive-undecryptable': 'archive.undecryptable',
}

function tookTooLong(cause: unknown): AppError {
  return new AppError('storage-unavailable', 'The store did not answer in time. Try again in a moment.', {
    cause,
  })
}

/** How many viewings somebody may have open. */
type Room = { readonly personId: string; readonly mostOpen: number }

/** Once one more is open, the person’s oldest end, and say so; an opening that comes to nothing ends none. */
async function closeOldest(tx: Prisma.TransactionClient, { personId, mostOpen }: Room): Promise<void> {
  // Two openings at once by one person take turns here.
  await tx.$queryRaw`SELECT id FROM people WHERE id = ${personId}::uuid FOR UPDATE`
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM viewings WHERE person_id = ${personId}::uuid AND closed_at IS NULL AND purpose = 'viewing'
    ORDER BY opened_at DESC, id DESC OFFSET ${Math.max(1, mostOpen)}`
  for (const { id } of rows) await closeInTransaction(tx, id, { reason: 'replaced' })
}

type NewViewing = {
  readonly viewingId: string
  readonly purpose: Purpose
  readonly actor: Actor
  readonly archive: GrantedArchive
  readonly opening: Opening
  readonly expiresAt: Date
}

async function insertViewing(tx: Prisma.TransactionClient, viewing: NewViewing): Promise<void> {
  const { viewingId, purpose, actor, archive, opening, expiresAt } = viewing
  await tx.$executeRaw`
    INSERT INTO viewings (id, purpose, archive_id, person_id, sign_in_id, grant_id, reason_code, reason, case_reference, expires_at, plan)
    VALUES (${viewingId}::uuid, ${purpose}, ${archive.archiveId}::uuid, ${actor.personId}::uuid, ${actor.signInId}::uuid,
      ${archive.grantId}::uuid, ${opening.reasonCode}, ${opening.reason}, ${opening.caseReference}, ${expiresAt}, '{}'::jsonb)`
}

type Reading = {
  readonly viewingId: string
  readonly purpose: Purpose
  readonly archive: GrantedArchive
  readonly project: OpenProject
  readonly room: Room | null
}

async function readArchive(services: Services, reading: Reading, signal: AbortSignal): Promise<ReadingPlan> {
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
  await keepFindings(services, { ...reading, plan, fingerprint: unwrapped?.fingerprint ?? null })
  await getRecording(viewingId, async () => ({
    projectId: project.id,
    archiveId: archive.archiveId,
    plan,
    key,
    borders: new Map(),
  }))
  return plan
}

/** What is pinned counts for the place it was found in; a fallback copy in the recorder’s cloud is another file. */
function findFirstSeen(archive: GrantedArchive, targetId: string | null) {
  const { objectEtag, objectVersionId, objectSizeBytes } = archive
  if (objectEtag === null || objectSizeBytes === null || archive.storageTargetId !== targetId) return null
  return { etag: objectEtag, versionId: objectVersionId, sizeBytes: objectSizeBytes }
}

async function keepFindings(
  services: Services,
  found: Reading & { plan: ReadingPlan; fingerprint: string | null },
): Promise<void> {
  const { object, container, durationSeconds } = found.plan
  await withinDeadline(
    services.db.$transaction(async (tx) => {
      await tx.$executeRaw`
        UPDATE archives SET storage_target_id = ${object.targetId}::uuid, object_key = ${object.key},
          object_etag = ${object.etag}, object_version_id = ${object.versionId}, object_size_bytes = ${object.sizeBytes}::bigint,
          certificate_fingerprint = coalesce(${found.fingerprint}, certificate_fingerprint), container = ${container},
          measured_duration_seconds = ${durationSeconds}, failure_code = NULL
        WHERE id = ${found.archive.archiveId}::uuid`
      await tx.$executeRaw`
        UPDATE viewings SET plan = ${JSON.stringify(found.plan)}::jsonb, last_active_at = now()
        WHERE id = ${found.viewingId}::uuid`
      if (found.room) await closeOldest(tx, found.room)
    }),
  )
}

function findHref(viewingId: string, purpose: Purpose, plan: ReadingPlan): string {
  if (purpose === 'download') return `/downloads/${viewingId}/file`
  return plan.hls ? `/viewings/${viewingId}/playlist.m3u8` : `/viewings/${viewingId}/media`
}
