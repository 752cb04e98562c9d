import { type ErrorCode, isErrorCode } from '../../lib/errors.ts'
import type { GivenReason } from './remembered-reason.ts'

/** A recording that was opened for playing. */
export type OpenViewing = {
  readonly viewingId: string
  readonly media: 'hls' | 'file'
  readonly href: string
  readonly durationSeconds: number
  readonly expiresAt: Date
}

/** Why an address said no, as far as it said; status 0: it did not answer. */
export type Problem = {
  readonly status: number
  readonly code: ErrorCode
  readonly detail: string
  readonly requestId: string | null
}

export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem }

/** A player's heartbeat. */
export type Progress = {
  readonly positionSeconds: number
  readonly played: readonly (readonly [from: number, to: number])[]
  readonly rate: number
  readonly visible: boolean
}

/** Opens an archive for playing, on record. */
export async function openViewing(archiveId: string, given: GivenReason): Promise<Answer<OpenViewing>> {
  const { reasonCode, reason, caseReference } = given
  const body = { archiveId, reasonCode, reason, ...(caseReference !== '' && { caseReference }) }
  const answer = await ask('/viewings', { method: 'POST', body: JSON.stringify(body) })
  if (!answer.ok) return answer
  const opened = parseViewing(answer.value)
  return opened === null ? { ok: false, problem: parseProblem(502, null) } : { ok: true, value: opened }
}

/** Says where the player is. `parting` when the page is being left and nobody waits for the answer. */
export async function sendProgress(
  viewingId: string,
  progress: Progress,
  parting = false,
): Promise<Answer<unknown>> {
  return ask(`/viewings/${viewingId}/progress`, {
    method: 'POST',
    body: JSON.stringify(progress),
    keepalive: parting,
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

async function ask(address: string, init: RequestInit): Promise<Answer<unknown>> {
  try {
    const response = await fetch(address, {
      ...init,
      cache: 'no-store',
      headers: { ...init.headers, ...(init.body !== undefined && { 'Content-Type': 'application/json' }) },
    })
    const body = parseJson(await response.text())
    if (response.ok) return { ok: true, value: body }
    return { ok: false, problem: parseProblem(response.status, body) }
  } catch {
    return { ok: false, problem: parseProblem(0, null) }
  }
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

/** Reads problem+json (RFC 9457); from anything else, what the status alone says. */
export function parseProblem(status: number, body: unknown): Problem {
  const { code, detail, requestId } = (typeof body === 'object' && body !== null ? body : {}) as Record<
    string,
    unknown
  >
  const known = isErrorCode(code) ? code : codeOf(status)
  return {
    status,
    code: known,
    detail: typeof detail === 'string' ? detail : sayStatus(status, known),
    requestId: typeof requestId === 'string' ? requestId : null,
  }
}

/** `code · request id`, for whoever mends it; null where no server said anything. */
export function footnoteOf({ code, requestId }: Problem): string | null {
  return requestId === null ? null : `${code} · ${requestId}`
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

function sayStatus(status: number, code: ErrorCode): string {
  if (status === 0) return 'The portal does not answer. Check the connection, then try again.'
  return SENTENCES[code] ?? 'Something went wrong on the server.'
}

const SENTENCES: { readonly [code in ErrorCode]?: string } = {
  'sign-in-expired': 'The sign-in has ended.',
  forbidden: 'Not found or not yours.',
  'viewing-closed': 'Open the recording again to go on.',
  'archive-missing': 'The file is gone from storage.',
}

function codeOf(status: number): ErrorCode {
  if (status === 401) return 'sign-in-expired'
  if (status === 403) return 'forbidden'
  if (status === 410) return 'viewing-closed'
  return status === 503 ? 'audit-unavailable' : 'internal'
}

/** Whether an answer means that nothing more may be shown. */
export function endsViewing({ status }: Problem): boolean {
  return status === 401 || status === 403 || status === 410
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
