import { type Answer, ask, askChange, type Problem, parseProblem } from '../frame/asking.ts'
import type { GivenReason } from './remembered-reason.ts'

/** A recording that was opened for playing. */
export type OpenViewing = {
  readonly viewingId: string
  readonly media: 'hls' | 'file'
  readonly href: string
  readonly durationSeconds: number
  readonly expiresAt: Date
}

/** A player's heartbeat. */
export type Progress = {
  readonly positionSeconds: number
  readonly played: readonly (readonly [from: number, to: number])[]
  readonly rate: number
  readonly visible: boolean
}

/** Opens an archive for playing, on record. */
export async function openViewing(archiveId: string, given: GivenReason): Promise<Answer<OpenViewing>> {
  return open('/viewings', archiveId, given)
}

/** Opens an archive for downloading whole, on record: its address answers with the file. */
export async function openDownload(archiveId: string, given: GivenReason): Promise<Answer<OpenViewing>> {
  return open('/downloads', archiveId, given)
}

async function open(
  address: string,
  archiveId: string,
  { reasonCode, reason, caseReference }: GivenReason,
): Promise<Answer<OpenViewing>> {
  const opening = { archiveId, reasonCode, reason, ...(caseReference !== '' && { caseReference }) }
  const answer = await askChange(address, 'POST', opening)
  if (!answer.ok) return answer
  const opened = parseViewing(answer.value.body)
  return opened === null ? { ok: false, problem: parseProblem(502, null) } : { ok: true, value: opened }
}

/** A beat that hangs says as little as one that is refused, and the next may be heard by another process. */
const BEAT_TIMEOUT_MS = 4000

/** Says where the player is; answers when the viewing must end, as far as is known now. */
export async function sendProgress(
  viewingId: string,
  progress: Progress,
  leaving: AbortSignal,
): Promise<Answer<{ readonly expiresAt: Date | null }>> {
  const answer = await ask(`/viewings/${viewingId}/progress`, {
    method: 'POST',
    body: JSON.stringify(progress),
    signal: AbortSignal.any([leaving, AbortSignal.timeout(BEAT_TIMEOUT_MS)]),
  })
  if (!answer.ok) return answer
  return { ok: true, value: { expiresAt: parseTime(answer.value.headers.get('Viewing-Expires')) } }
}

/**
 * The last word of a player whose page is being left, which ends the viewing: nobody waits for the answer. It is one
 * request, as of two the second may be heard first.
 */
export async function sendParting(viewingId: string, progress: Progress): Promise<void> {
  await ask(`/viewings/${viewingId}/progress`, {
    method: 'POST',
    body: JSON.stringify({ ...progress, closing: true }),
    keepalive: true,
  })
}

/** What stands against reading an address, asked for its first byte alone; null where nothing does. */
export async function findProblem(address: string): Promise<Problem | null> {
  const answer = await ask(address, { headers: { Range: 'bytes=0-0' } })
  return answer.ok ? null : answer.problem
}

/** Ends a viewing, also while the page is being left. What it answers changes nothing for anybody. */
export async function closeViewing(viewingId: string): Promise<void> {
  await ask(`/viewings/${viewingId}`, { method: 'DELETE', keepalive: true })
}

/** Reads what was answered to `POST /viewings`; null when it is not of that form. */
export function parseViewing(body: unknown): OpenViewing | null {
  if (typeof body !== 'object' || body === null) return null
  const { viewingId, media, href, durationSeconds, expiresAt } = body as Record<string, unknown>
  if (typeof viewingId !== 'string' || typeof href !== 'string' || !href.startsWith('/')) return null
  if (media !== 'hls' && media !== 'file') return null
  if (typeof durationSeconds !== 'number' || typeof expiresAt !== 'string') return null
  return { viewingId, media, href, durationSeconds, expiresAt: new Date(expiresAt) }
}

/** What is here cannot be shown, though nobody refused it. */
export function unplayable(): Problem {
  return {
    status: 200,
    code: 'internal',
    detail: 'The browser cannot play on from here. Open the recording again, or use another browser.',
    requestId: null,
  }
}

/** Whether an answer means that nothing more may be shown. */
export function endsViewing({ status }: Problem): boolean {
  return status === 401 || status === 403 || status === 410
}

function parseTime(text: string | null): Date | null {
  const time = new Date(text ?? Number.NaN)
  return Number.isNaN(time.getTime()) ? null : time
}
