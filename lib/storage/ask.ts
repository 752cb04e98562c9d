import type { Dispatcher } from 'undici'
import { AppError } from '../errors.ts'
import type { ByteRange } from '../http/byte-range.ts'
import type { ReadMethod, Refusal, StoreAccess } from './dialect.ts'
import { explainConnection } from './retry.ts'

type Body = Dispatcher.ResponseData['body']

export type Answer = {
  readonly status: number
  readonly header: (name: string) => string | null
  readonly body: Body
}

export type Question<Method = ReadMethod> = {
  readonly method: Method
  readonly key: string
  readonly versionId: string | null
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

/** How much of a refusal's body is read; the store's word stands at its beginning. */
const REFUSAL_BYTES = 16 * 1024
/** Busy, broken for the moment, or no gateway; 501 and 505 stay as they are. */
const PASSING_STATUSES = new Set([408, 425, 429, 500, 502, 503, 504, 509])
const PASSING_CODES = new Set([
  'RequestTimeout',
  'SlowDown',
  'InternalError',
  'ServerBusy',
  'OperationTimedOut',
])

/**
 * Asks once. An answer whose status is among `wanted` is given with its body unread; any other is an AppError, of
 * which `storage-unavailable` is worth asking again.
 */
export async function ask<Method extends ReadMethod | 'PUT'>(
  access: StoreAccess<Method>,
  question: Question<Method>,
  options: { wanted: readonly number[]; signal: AbortSignal },
): Promise<Answer> {
  const { dialect, outgoing, timing } = access
  const { signal } = options
  signal.throwIfAborted()
  try {
    const request = await dialect.sign(question.method, question, signal)
    const response = await outgoing.request(request.url, {
      method: question.method,
      headers: { ...request.headers, ...question.headers, 'accept-encoding': 'identity' },
      ...(question.body !== undefined && { body: question.body }),
      signal,
      headersTimeoutMs: timing.stallMs,
      stallTimeoutMs: timing.stallMs,
    })
    const answer = { status: response.statusCode, header: readerOf(response.headers), body: response.body }
    if (options.wanted.includes(answer.status)) return answer
    const refusal = await readRefusal(answer)
    if (dialect.renews(refusal, question, request)) {
      throw new AppError('storage-unavailable', `An address signed for ${dialect.label} is refused.`, {
        facts: { retryAfterMs: 0 },
      })
    }
    throw explain(access, refusal)
  } catch (failure) {
    throw explainConnection(dialect.label, failure, signal)
  }
}

/** The size that a 206's Content-Range tells, once it is exactly the part asked for (RFC 9110 §14.4). */
export function requireExactPart(label: string, answer: Answer, asked: ByteRange): number {
  const told = answer.header('content-range')
  const [, first, last, total] = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/i.exec(told ?? '') ?? []
  const start = Number(first)
  const end = Number(last) + 1
  const sizeBytes = Number(total)
  if (start === asked.start && sizeBytes < asked.end && end === sizeBytes) {
    throw new AppError(
      'archive-cut',
      `The file has ${sizeBytes} bytes, fewer than the ${asked.end} it is read to.`,
    )
  }
  const length = answer.header('content-length')
  const lengthFits = length === null || Number(length) === asked.end - asked.start
  if (start === asked.start && end === asked.end && sizeBytes >= end && lengthFits) return sizeBytes
  throw new AppError(
    'storage-misbehaved',
    `Another part of the file than was asked for came from ${label}.`,
    {
      facts: { asked, contentRange: told, contentLength: length },
    },
  )
}

function readerOf(headers: Dispatcher.ResponseData['headers']): (name: string) => string | null {
  return (name) => {
    const value = headers[name]
    return (Array.isArray(value) ? value[0] : value) ?? null
  }
}

async function readRefusal({ status, header, body }: Answer): Promise<Refusal> {
  const chunks: Buffer[] = []
  let bytes = 0
  // A body that breaks off still has its status; leaving the loop ends the connection when there is more.
  try {
    for await (const chunk of body) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes > REFUSAL_BYTES) break
    }
  } catch {}
  const text = Buffer.concat(chunks).subarray(0, REFUSAL_BYTES).toString('utf8')
  const code =
    header('x-ms-error-code') ?? /<Code>\s*([A-Za-z0-9._]{1,64})\s*<\/Code>/.exec(text)?.[1] ?? null
  return { status, header, code, body: text }
}

function explain<Method>({ dialect, timing }: StoreAccess<Method>, refusal: Refusal): AppError {
  const { status, code } = refusal
  const word = code === null ? `${status}` : `${status} ${code}`
  const facts = {
    status,
    code,
    requestId: refusal.header('x-amz-request-id') ?? refusal.header('x-ms-request-id'),
  }
  if (PASSING_STATUSES.has(status) || PASSING_CODES.has(code ?? '')) {
    const seconds = Number(refusal.header('retry-after') ?? Number.NaN)
    const retryAfterMs = seconds > 0 ? Math.min(seconds * 1000, timing.longestPauseMs) : null
    return new AppError(
      'storage-unavailable',
      `The answer of ${dialect.label} is ${word}: busy or broken for the moment.`,
      {
        facts: { ...facts, retryAfterMs },
      },
    )
  }
  const explained = dialect.explain(refusal)
  if (explained !== null) return explained
  if (status === 412) return new AppError('archive-changed', undefined, { facts })
  if (status === 416) return new AppError('archive-cut', undefined, { facts })
  if (status === 404 || status === 410) {
    return new AppError('archive-missing', `The file is gone from ${dialect.label}.`, { facts })
  }
  if (status === 401 || status === 403) {
    return new AppError(
      'storage-forbidden',
      `The portal’s credentials are refused by ${dialect.label}: ${word}.`,
      {
        facts,
      },
    )
  }
  if (status === 200 || status === 206) {
    return new AppError(
      'storage-misbehaved',
      `The whole file came from ${dialect.label} where a part was asked for.`,
      { facts },
    )
  }
  if (status >= 300 && status < 400) {
    return new AppError(
      'storage-misbehaved',
      `A redirect (${word}) came from ${dialect.label}, and redirects are not followed.`,
      { facts },
    )
  }
  return new AppError('storage-misbehaved', `The answer of ${dialect.label} is ${word}.`, { facts })
}
