import type { Prisma } from '../../prisma/client/client.ts'
import { noteUse } from '../access/note-use.ts'
import { planPlayability } from '../archives/playability.ts'
import { recordEvent } from '../audit/record.ts'
import { type Actor, auditActor } from '../auth/actor.ts'
import { isFreshEnough, maxAuthAgeOf } from '../auth/fresh-sign-in.ts'
import { inTime, withinDeadline } from '../database.ts'
import { AppError } from '../errors.ts'
import { DEFAULT_REASONS, type Reason } from '../projects/reasons.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'
import { findGrantedArchive, type GrantedArchive } from './find-archive.ts'
import { type Opening, requireReason } from './parse-opening.ts'
import { readArchive } from './read-archive.ts'
import { type About, giveUpOpening, refuseOpening } from './refuse-opening.ts'
import { ACTIONS, type Purpose, type ReadingPlan } from './viewing.ts'

const LONGEST_MS = 8 * 60 * 60 * 1000
const OPENING_LIMIT_MS = 30_000

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
 * Throws `forbidden`, `step-up-required`, `reason-invalid`, `case-required`, or why the archive cannot be opened.
 */
export async function openViewing(
  services: Services,
  actor: Actor,
  { purpose, opening }: { readonly purpose: Purpose; readonly opening: Opening },
): Promise<Opened> {
  const viewingId = newUuid()
  const about = { ...describeAct(actor, viewingId, opening), ...describeCode(opening, DEFAULT_REASONS) }
  const right = purpose === 'viewing' ? 'recording:play' : 'recording:download'
  const archive = await findGrantedArchive(services.db, actor.personId, {
    archiveId: opening.archiveId,
    right,
  })
  if (!archive) return refuseOpening(services, { about, purpose, error: new AppError('forbidden') })
  const project = await services.projects.get(archive.projectId)
  const known = {
    ...about,
    ...describeCode(opening, project.reasons),
    sessionId: archive.sessionId,
    projectId: project.id,
    projectName: project.name,
    grantId: archive.grantId,
  }
  try {
    requireFreshSignIn(actor, maxAuthAgeOf(services, project))
    requireReason(opening, project.reasons)
    requireFile(archive)
  } catch (error) {
    return refuseOpening(services, { about: known, purpose, error })
  }
  // The ends of grant and sign-in are read fresh at each window: they may move while it is open.
  const longestUntil = new Date(Date.now() + LONGEST_MS)
  const room =
    purpose === 'viewing' ? { personId: actor.personId, mostOpen: project.concurrentViewings } : null
  const signal = AbortSignal.timeout(OPENING_LIMIT_MS)
  const begun = performance.now()
  await withinDeadline(
    services.db.$transaction(
      inTime(begun, async (tx) => {
        await recordEvent(tx, {
          id: newUuid(),
          action: ACTIONS[purpose].opened,
          outcome: 'allowed',
          ...known,
        })
        await insertViewing(tx, { viewingId, purpose, actor, archive, longestUntil })
        await noteUse(tx, [archive.grantId])
      }),
    ),
  )
  try {
    const plan = await readArchive(services, { viewingId, purpose, archive, project, room }, signal)
    return {
      viewingId,
      media: plan.hls ? 'hls' : 'file',
      href: findHref(viewingId, purpose, plan),
      durationSeconds: plan.durationSeconds,
      expiresAt: earliest(longestUntil, archive.grantedUntil, actor.expiresAt),
    }
  } catch (error) {
    return giveUpOpening(services, {
      about: known,
      purpose,
      archive,
      error: signal.aborted ? tookTooLong(error) : error,
    })
  }
}

function describeAct(actor: Actor, viewingId: string, opening: Opening): About {
  return {
    viewingId,
    actor: auditActor(actor),
    client: actor.client,
    archiveId: opening.archiveId,
    // In characters, as they are counted; what is longer is refused, and of that the beginning is kept.
    reason: [...opening.reason].slice(0, 2000).join(''),
    ...(opening.caseReference && { caseReference: opening.caseReference }),
  }
}

/** A code that is nobody's may be anything that somebody typed, and what it stands in is never erased. */
function describeCode({ reasonCode }: Opening, reasons: readonly Reason[]): Pick<About, 'reasonCode'> {
  return reasons.some(({ code }) => code === reasonCode) ? { reasonCode } : {}
}

/** Throws `step-up-required` unless the person proved who they are lately enough. */
function requireFreshSignIn(actor: Actor, maxAgeSeconds: number): void {
  if (isFreshEnough(actor.authTime, maxAgeSeconds, new Date())) return
  throw new AppError(
    'step-up-required',
    'This needs a sign-in that is not as old as yours. Sign in again to confirm who you are; you come back here.',
  )
}

/** Throws why there is no file that could be opened. What was found at an earlier opening does not count: it may have been mended. */
function requireFile(archive: GrantedArchive): void {
  const { code } = planPlayability({ ...archive, failureCode: null })
  if (code) throw new AppError(code)
}

function tookTooLong(cause: unknown): AppError {
  return new AppError('storage-unavailable', 'The store did not answer in time. Try again in a moment.', {
    cause,
  })
}

type NewViewing = {
  readonly viewingId: string
  readonly purpose: Purpose
  readonly actor: Actor
  readonly archive: GrantedArchive
  readonly longestUntil: Date
}

/** The reason is in the log alone, from where it can be erased. */
async function insertViewing(tx: Prisma.TransactionClient, viewing: NewViewing): Promise<void> {
  const { viewingId, purpose, actor, archive, longestUntil } = viewing
  await tx.$executeRaw`
    INSERT INTO viewings (id, purpose, archive_id, person_id, sign_in_id, grant_id, expires_at, plan)
    VALUES (${viewingId}::uuid, ${purpose}, ${archive.archiveId}::uuid, ${actor.personId}::uuid, ${actor.signInId}::uuid,
      ${archive.grantId}::uuid, ${longestUntil}, '{}'::jsonb)`
}

function earliest(...times: readonly Date[]): Date {
  return new Date(Math.min(...times.map((time) => time.getTime())))
}

function findHref(viewingId: string, purpose: Purpose, plan: ReadingPlan): string {
  if (purpose === 'download') return `/downloads/${viewingId}/file`
  return plan.hls ? `/viewings/${viewingId}/playlist.m3u8` : `/viewings/${viewingId}/media`
}
