import { recordEvent } from '../audit/record.ts'
import { touchSignIn } from '../auth/actor.ts'
import { withinDeadline } from '../database.ts'
import { AppError, isAppError } from '../errors.ts'
import type { ByteRange, ReadRange } from '../http/byte-range.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'
import { closeViewing } from './close-viewing.ts'
import { closedError, findLease, type Lease } from './lease.ts'
import { forgetRecording } from './open-recordings.ts'
import { planFetches, planWindows } from './plan-windows.ts'
import { ACTIONS } from './viewing.ts'

/** What is served under a lease: a segment with its tables in front, or the file. */
export type Served = {
  readonly kind: 'segment' | 'file'
  /** Sent before the recording’s own bytes. */
  readonly prefix: Uint8Array
  /** Of the plaintext. */
  readonly range: ByteRange
  /** The seconds of the recording the range holds, where they are known. */
  readonly seconds: { readonly from: number; readonly to: number } | null
  readonly readPlaintext: ReadRange
}

/**
 * The one way to bytes: what is served, in windows of at most 4 MiB. Each window’s row is committed before its first
 * byte is given; before every further one the lease is read again, so that what ended it ends the stream.
 * Counts as activity. Throws `viewing-closed`, `audit-unavailable`, or what the store says.
 */
export function readServed(services: Services, lease: Lease, served: Served): ReadRange {
  return (range, signal) => readWindows(services, { lease, served, range }, signal)
}

/** So long a lease that was read is good for the first window. */
const FRESH_MS = 1_000

type Asked = { readonly lease: Lease; readonly served: Served; readonly range: ByteRange }

async function* readWindows(
  services: Services,
  { lease, served, range }: Asked,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let isFirst = true
  for (const window of planWindows(range, served.kind)) {
    signal.throwIfAborted()
    // The first was asked for by a request whose lease has just been read, unless a border had to be looked for meanwhile.
    const isFresh = isFirst && performance.now() - lease.readAtMs < FRESH_MS
    if (!isFresh) await requireStillOpen(services, lease)
    isFirst = false
    const body = findBody(served, window)
    await recordWindow(services, lease, { served, window, body })
    await touch(services, lease)
    signal.throwIfAborted()
    const head = served.prefix.subarray(window.start, window.end)
    if (body.end === body.start) yield head
    else yield* prepend(head, readBody(services, lease, fetchBody(served, body, signal)))
  }
}

async function* fetchBody(
  { kind, readPlaintext }: Served,
  body: ByteRange,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for (const range of planFetches(body, kind)) yield* readPlaintext(range, signal)
}

/** What goes before waits for the recording’s first bytes: where those cannot be read, that still has its own answer. */
async function* prepend(head: Uint8Array, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let isAhead = head.length > 0
  for await (const chunk of bytes) {
    if (isAhead) yield head
    isAhead = false
    yield chunk
  }
}

/** The part of the recording a window holds; windows count from the prefix’s first byte. */
function findBody({ prefix, range }: Served, window: ByteRange): ByteRange {
  const at = (position: number): number => range.start + Math.max(0, position - prefix.length)
  return { start: at(window.start), end: at(window.end) }
}

async function requireStillOpen(services: Services, { viewingId }: Lease): Promise<void> {
  const lease = await findLease(services.db, viewingId)
  if (!lease) throw new AppError('forbidden')
  if (lease.closed) {
    forgetRecording(viewingId)
    throw closedError(lease.closed)
  }
  if (!lease.overdue) return
  await closeViewing(services, viewingId, { reason: lease.overdue })
  throw closedError(lease.overdue)
}

async function recordWindow(
  services: Services,
  lease: Lease,
  { served, window, body }: { served: Served; window: ByteRange; body: ByteRange },
): Promise<void> {
  const media = findSeconds(served, body)
  await recordEvent(services.db, {
    id: newUuid(),
    action: ACTIONS[lease.purpose].window,
    outcome: 'allowed',
    viewingId: lease.viewingId,
    window: { ...body, bytes: window.end - window.start },
    ...(media && { media }),
  })
}

/** Within a segment that is served in several windows, time is taken to go as the bytes do. */
function findSeconds({ range, seconds }: Served, body: ByteRange): { from: number; to: number } | null {
  const length = range.end - range.start
  if (!seconds || length === 0) return null
  const at = (position: number): number =>
    seconds.from + ((position - range.start) / length) * (seconds.to - seconds.from)
  return { from: at(body.start), to: at(body.end) }
}

const TOUCH_SECONDS = 15

/** Media is activity, for the viewing and for the sign-in; written down at most every fifteen seconds. */
async function touch(services: Services, lease: Lease): Promise<void> {
  const touched = await withinDeadline(
    services.db.$executeRaw`
      UPDATE viewings SET last_active_at = now()
      WHERE id = ${lease.viewingId}::uuid AND closed_at IS NULL
        AND last_active_at <= now() - make_interval(secs => ${TOUCH_SECONDS})`,
  )
  if (touched > 0) await touchSignIn(services, lease.signInId)
}

/** A file that is no longer the one that was opened is not read on: that is on record, and the viewing ends. */
async function* readBody(
  services: Services,
  lease: Lease,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes
  } catch (error) {
    if (!isAppError(error, 'archive-changed')) throw error
    const { viewingId, archiveId, sessionId, projectId, projectName } = lease
    const code = error.code
    await recordEvent(services.db, {
      id: newUuid(),
      action: 'archive.altered',
      outcome: 'failed',
      code,
      // All itself: what leaves it to the opening is folded under that, where nobody would see it.
      ...{ viewingId, archiveId, sessionId, projectId, projectName },
    })
    await withinDeadline(
      services.db.$executeRaw`UPDATE archives SET failure_code = ${code} WHERE id = ${archiveId}::uuid`,
    )
    await closeViewing(services, viewingId, { reason: 'failed', outcome: 'failed', code })
    throw error
  }
}
