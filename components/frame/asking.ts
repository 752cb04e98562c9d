import { type ErrorCode, isErrorCode } from '../../lib/errors.ts'

/** Why an address said no, as far as it said; status 0: it did not answer. */
export type Problem = {
  readonly status: number
  readonly code: ErrorCode
  readonly detail: string
  readonly requestId: string | null
  /** Set where the address said how long to wait (Retry-After). */
  readonly retryAfterSeconds?: number
}

export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem }

/** What an address answered when it did not refuse: its body, where that is JSON, else null. */
export type Reply = { readonly body: unknown; readonly headers: Headers }

/** Asks an address of the portal. Never throws: what does not answer is a problem of status 0. */
export async function ask(address: string, init: RequestInit = {}): Promise<Answer<Reply>> {
  try {
    const response = await fetch(address, {
      ...init,
      cache: 'no-store',
      headers: { ...init.headers, ...(init.body !== undefined && { 'Content-Type': 'application/json' }) },
    })
    const { headers, status } = response
    const body = parseJson(await response.text())
    if (response.ok) return { ok: true, value: { body, headers } }
    const retryAfterSeconds = parseSeconds(headers.get('Retry-After'))
    return {
      ok: false,
      problem: { ...parseProblem(status, body), ...(retryAfterSeconds !== null && { retryAfterSeconds }) },
    }
  } catch {
    return { ok: false, problem: parseProblem(0, null) }
  }
}

/** A change, as JSON. */
export function askChange(address: string, method: 'POST' | 'PUT' | 'DELETE', json?: unknown) {
  return ask(address, { method, ...(json !== undefined && { body: JSON.stringify(json) }) })
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

function sayStatus(status: number, code: ErrorCode): string {
  if (status === 0) return 'The portal does not answer. Check the connection, then try again.'
  return SENTENCES[code] ?? 'Something went wrong on the server.'
}

const SENTENCES: { readonly [code in ErrorCode]?: string } = {
  'sign-in-expired': 'The sign-in has ended.',
  forbidden: 'Not found or not yours.',
  'viewing-closed': 'Open the recording again to go on.',
  'archive-missing': 'The file is gone from storage.',
  'rate-limited': 'Too many at once; wait a minute, then try again.',
}

function codeOf(status: number): ErrorCode {
  if (status === 401) return 'sign-in-expired'
  if (status === 403) return 'forbidden'
  if (status === 410) return 'viewing-closed'
  if (status === 429) return 'rate-limited'
  return status === 503 ? 'audit-unavailable' : 'internal'
}

function parseSeconds(text: string | null): number | null {
  return text !== null && /^\d{1,6}$/.test(text) ? Number(text) : null
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
