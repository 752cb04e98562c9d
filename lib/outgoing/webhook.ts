import { createHmac, randomBytes } from 'node:crypto'
import { isAppError } from '../errors.ts'
import type { Outgoing } from './outgoing.ts'

// Events for other programs, in the form of Standard Webhooks (standardwebhooks.com, v1): what is sent is the caller's.

export type WebhookTarget = {
  readonly url: string
  /** `whsec_` and base64, as `makeSigningSecret` gives it. */
  readonly signingSecret: string
}

export type WebhookMessage = {
  /** The same at each attempt: receivers know by it what they have already. Holds no dot. */
  readonly id: string
  /** JSON. */
  readonly body: string
  /** The caller's: aborted, nothing more is sent and its reason is thrown. */
  readonly signal: AbortSignal
}

export type WebhookOutcome =
  | { readonly delivered: true; readonly status: number }
  | {
      readonly delivered: false
      /** Null where there was no answer. */
      readonly status: number | null
      /** What happened, in words, without the address. */
      readonly error: string
      /** The receiver says that it will never take one again. */
      readonly isFinal: boolean
    }

const SECRET_PREFIX = 'whsec_'
const SECRET_BYTES = 32
/** From the look-up of the name to the answer's head. */
const LIMIT_SECONDS = 10
/** What is said beside the status interests nobody; as much is read so that the connection may be used again. */
const ANSWER_BYTES = 16 * 1024
const ANSWER_MS = 1_000
const SECOND = 1_000
const RETRY_AFTER_MS = [5, 30, 120, 600, 3_600, 21_600, 86_400].map((seconds) => seconds * SECOND)
/** How far an attempt is moved, either way, so that what failed together does not come back together. */
const JITTER = 0.2

/** A new secret to sign with. */
export function makeSigningSecret(): string {
  return `${SECRET_PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`
}

/** After how long it is tried again when so many attempts have failed; null: no more. `random` is from 0 to 1. */
export function planRetry(attempts: number, random: number): number | null {
  const afterMs = RETRY_AFTER_MS[attempts - 1]
  return afterMs === undefined ? null : Math.round(afterMs * (1 - JITTER + 2 * JITTER * random))
}

/**
 * Sends a message once. A status from 200 to 299 within ten seconds means that it was taken; everything else is told and
 * not thrown, an address inside the network and a redirect, which is not followed, among it.
 */
export async function sendWebhook(
  outgoing: Outgoing,
  { url, signingSecret }: WebhookTarget,
  { id, body, signal }: WebhookMessage,
): Promise<WebhookOutcome> {
  const timestamp = String(Math.floor(Date.now() / SECOND))
  const limit = AbortSignal.timeout(LIMIT_SECONDS * SECOND)
  try {
    const answer = await outgoing.request(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'recordroom',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': signWebhook(signingSecret, { id, timestamp, body }),
      },
      body,
      signal: AbortSignal.any([signal, limit]),
    })
    await answer.body.dump({ limit: ANSWER_BYTES, signal: AbortSignal.timeout(ANSWER_MS) }).catch(() => {})
    return judge(answer.statusCode)
  } catch (error) {
    if (signal.aborted) throw signal.reason
    const what = limit.aborted ? `no answer within ${LIMIT_SECONDS} seconds` : sayWhy(error)
    return { delivered: false, status: null, error: what, isFinal: false }
  }
}

type Signed = { readonly id: string; readonly timestamp: string; readonly body: string }

/** The signature of a message at a time, in whole seconds since 1970. */
export function signWebhook(signingSecret: string, { id, timestamp, body }: Signed): string {
  const key = Buffer.from(signingSecret.slice(SECRET_PREFIX.length), 'base64')
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`, 'utf8').digest('base64')}`
}

function judge(status: number): WebhookOutcome {
  if (status >= 200 && status < 300) return { delivered: true, status }
  const isRedirect = status >= 300 && status < 400
  const error = isRedirect ? `answered ${status}; redirects are not followed` : `answered ${status}`
  // "410 Gone" is how a receiver says that nobody should come back (Standard Webhooks, "Deliverability and reliability").
  return { delivered: false, status, error, isFinal: status === 410 }
}

/** The message of an error may hold the address, and that a key: of what is not our own the code is told alone. */
function sayWhy(error: unknown): string {
  if (isAppError(error)) return error.detail
  for (let each = error, depth = 0; each instanceof Error && depth < 4; each = each.cause, depth += 1) {
    if ('code' in each && typeof each.code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(each.code))
      return `no connection (${each.code})`
  }
  return 'no connection'
}
