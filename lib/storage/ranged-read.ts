import { AppError } from '../errors.ts'
import type { ByteRange } from '../http/byte-range.ts'
import { ask, requireExactPart } from './ask.ts'
import type { Pin, StoreAccess } from './dialect.ts'
import { createPatience, explainConnection } from './retry.ts'
import { strongEtag } from './strong-etag.ts'

/**
 * Reads `range` of the object by ranged GETs, If-Match on `pin.etag`; after a failure the next one asks for what is
 * still missing, so that no byte comes twice or never. Ends with exactly `end - start` bytes or throws AppError.
 * The connection ends at once when the signal aborts or the iterator returns, even while a chunk is waited for.
 * An empty `pin.etag` pins nothing beforehand: what the first answer says holds for the rest.
 */
export function readRanged(
  access: StoreAccess,
  target: { key: string; range: ByteRange; pin: Pin },
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]: () => {
      const left = new AbortController()
      const chunks = readChunks(access, target, AbortSignal.any([signal, left.signal]))
      return {
        next: () => chunks.next(),
        return: async () => {
          left.abort()
          await chunks.return()
          return { done: true, value: undefined }
        },
      }
    },
  }
}

async function* readChunks(
  access: StoreAccess,
  target: { key: string; range: ByteRange; pin: Pin },
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, void> {
  const { label } = access.dialect
  const { start, end } = target.range
  const patience = createPatience(access.timing)
  let pin = target.pin
  let at = start
  let part: Part | null = null
  try {
    while (at < end) {
      let chunk: Uint8Array | null
      try {
        part ??= await openPart(access, { ...target, pin, range: { start: at, end } }, signal)
        chunk = await part.next()
      } catch (failure) {
        part?.end()
        part = null
        await patience.outlast(explainConnection(label, failure, signal), signal)
        continue
      }
      pin = { ...pin, etag: part.etag }
      if (chunk === null || at + chunk.length > end) {
        throw new AppError(
          'storage-misbehaved',
          `${chunk === null ? 'Fewer' : 'More'} bytes than announced came from ${label}.`,
        )
      }
      if (chunk.length === 0) continue
      at += chunk.length
      patience.progressed(chunk.length)
      yield chunk
    }
    await part?.finish()
  } finally {
    part?.end()
  }
}

type Part = {
  readonly etag: string
  next(): Promise<Uint8Array | null>
  /** Lets the connection be used again, after the last byte. */
  finish(): Promise<void>
  /** Ends the connection unless the answer has been read to its end. */
  end(): void
}

async function openPart(
  access: StoreAccess,
  { key, range, pin }: { key: string; range: ByteRange; pin: Pin },
  signal: AbortSignal,
): Promise<Part> {
  const headers = {
    range: `bytes=${range.start}-${range.end - 1}`,
    ...(pin.etag !== '' && { 'if-match': strongEtag(pin.etag) }),
  }
  const question = { method: 'GET', key, versionId: pin.versionId, headers } as const
  const answer = await ask(access, question, { wanted: [206], signal })
  const { body } = answer
  const chunks: AsyncIterator<Uint8Array> = body[Symbol.asyncIterator]()
  try {
    requireExactPart(access.dialect.label, answer, range)
    const etag = answer.header('etag') ?? ''
    if (pin.etag !== '' && etag !== '' && strongEtag(etag) !== strongEtag(pin.etag))
      throw new AppError('archive-changed')
    return {
      etag: pin.etag === '' ? etag : pin.etag,
      next: async () => {
        const { done, value } = await chunks.next()
        return done ? null : value
      },
      finish: async () => {
        // Every byte has come: how the connection ends is of no interest any more.
        await chunks.next().catch(() => {})
      },
      end: () => void body.on('error', () => {}).destroy(),
    }
  } catch (failure) {
    body.on('error', () => {}).destroy()
    throw failure
  }
}
