import { randomBytes } from 'node:crypto'
import { AppError, isAppError } from '../../errors.ts'
import type { Outgoing } from '../../outgoing/outgoing.ts'
import { hashText, parseResponse, renderRequest, type Stamp } from './time-stamp.ts'

const NONCE_BYTES = 8
const LIMIT_MS = 20_000
/** An answer holds a chain of certificates, some kilobytes. */
const MOST_BYTES = 256 * 1024

/** The authority in a word, without what may be a secret in its address. */
export function sayAuthority(url: string): string {
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}

/**
 * Has a text stamped with the authority's time (RFC 3161 over HTTP, §3.4): the answer as it came, once it is one to this
 * very request.
 * @throws AppError `time-stamp-invalid`, `address-refused`
 */
export async function askAuthority(
  outgoing: Outgoing,
  url: string,
  { text, signal }: { readonly text: string; readonly signal: AbortSignal },
): Promise<Stamp & { readonly answer: Uint8Array }> {
  const request = { hash: hashText(text), nonce: randomBytes(NONCE_BYTES) }
  const answer = await post(outgoing, url, { body: renderRequest(request), signal })
  const stamp = parseResponse(answer, request)
  if (typeof stamp === 'string') throw invalid(url, `The answer is no stamp: ${stamp}.`)
  return { ...stamp, answer }
}

async function post(
  outgoing: Outgoing,
  url: string,
  { body, signal }: { readonly body: Uint8Array; readonly signal: AbortSignal },
): Promise<Uint8Array> {
  const limit = AbortSignal.timeout(LIMIT_MS)
  try {
    const answer = await outgoing.request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
      body,
      signal: AbortSignal.any([signal, limit]),
    })
    const chunks: Buffer[] = []
    let read = 0
    for await (const chunk of answer.body) {
      chunks.push(chunk)
      read += chunk.length
      if (read > MOST_BYTES) throw invalid(url, 'The answer is too long to be a stamp.')
    }
    if (answer.statusCode !== 200) throw invalid(url, `The answer is ${answer.statusCode}.`)
    return Buffer.concat(chunks)
  } catch (error) {
    if (signal.aborted || isAppError(error)) throw error
    throw invalid(url, limit.aborted ? 'It has not answered in time.' : 'It does not answer.')
  }
}

function invalid(url: string, what: string): AppError {
  return new AppError('time-stamp-invalid', `${sayAuthority(url)}: ${what}`)
}
