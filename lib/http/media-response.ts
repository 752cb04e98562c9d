import { AppError } from '../errors.ts'
import type { ByteRange, ReadRange } from './byte-range.ts'
import { findClient } from './client.ts'
import { problem } from './problem.ts'
import { parseRange } from './range.ts'

export type Media = {
  /** Opened only when bytes are to be sent, and for those bytes alone. */
  readonly read: ReadRange
  readonly sizeBytes: number
  readonly contentType: string
  /** Further headers, as Content-Disposition. */
  readonly headers?: Readonly<Record<string, string>>
}

const CHUNK_BYTES = 64 * 1024

/**
 * Answers a GET or HEAD for media: 200, 206, or 416 with `bytes *\/size` (RFC 9110 §14, §15). The first bytes are there
 * before the answer begins, so what cannot be opened still has its own error; a failure after that breaks the
 * connection and never ends it as if all were sent. The source is let go when the answer ends, however it ends.
 */
export async function createMediaResponse(media: Media, request: Request): Promise<Response> {
  const { sizeBytes, contentType } = media
  const headers = new Headers(media.headers)
  headers.set('content-type', contentType)
  headers.set('accept-ranges', 'bytes')
  headers.set('cache-control', 'private, no-store')
  headers.set('x-content-type-options', 'nosniff')
  headers.set('cross-origin-resource-policy', 'same-origin')
  // There is no validator to match (no ETag, no Last-Modified), so a conditional range is for another file (§13.1.5).
  const asked = request.headers.has('if-range')
    ? parseRange(null, sizeBytes)
    : parseRange(request.headers.get('range'), sizeBytes)
  if (asked.kind === 'unsatisfiable') {
    const refusal = problem(new AppError('range-not-satisfiable'), findClient(request.headers).requestId)
    headers.set('content-type', refusal.headers.get('content-type') ?? '')
    headers.set('content-range', `bytes */${sizeBytes}`)
    return new Response(request.method === 'HEAD' ? null : refusal.body, { status: refusal.status, headers })
  }
  const range = asked.kind === 'part' ? asked.range : { start: 0, end: sizeBytes }
  const status = asked.kind === 'part' ? 206 : 200
  headers.set('content-length', String(range.end - range.start))
  if (status === 206) headers.set('content-range', `bytes ${range.start}-${range.end - 1}/${sizeBytes}`)
  if (request.method === 'HEAD' || range.end === range.start) return new Response(null, { status, headers })
  return new Response(await openBody(media.read, range, request.signal), { status, headers })
}

/**
 * The bytes as a web stream, pulled one chunk at a time so that a slow reader slows the source; its first chunk has been
 * read. Pulling costs about two thirds of what `Readable.toWeb` does.
 */
async function openBody(
  read: ReadRange,
  range: ByteRange,
  requestSignal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const lengthBytes = range.end - range.start
  const left = new AbortController()
  const signal = AbortSignal.any([requestSignal, left.signal])
  signal.throwIfAborted()
  const chunks = read(range, signal)[Symbol.asyncIterator]()
  const letGo = async (): Promise<void> => {
    requestSignal.removeEventListener('abort', letGo)
    left.abort()
    // Whatever the source says to being left, nobody waits for it.
    await chunks.return?.().catch(() => {})
  }
  requestSignal.addEventListener('abort', letGo, { once: true })

  let sentBytes = 0
  const takeChunk = async (): Promise<Uint8Array | null> => {
    try {
      const { done, value } = await chunks.next()
      sentBytes += done ? 0 : value.length
      if (done ? sentBytes !== lengthBytes : sentBytes > lengthBytes) {
        throw new Error(`the source gave ${sentBytes} bytes where ${lengthBytes} were announced`)
      }
      if (done) requestSignal.removeEventListener('abort', letGo)
      return done ? null : value
    } catch (failure) {
      void letGo()
      throw failure
    }
  }

  let ahead: Uint8Array | null = await takeChunk()
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const chunk = ahead ?? (await takeChunk())
        ahead = null
        if (chunk === null) return controller.close()
        controller.enqueue(chunk)
      },
      cancel: letGo,
    },
    { highWaterMark: CHUNK_BYTES, size: (chunk) => chunk?.length ?? 0 },
  )
}
