import type { ArchiveKey } from '../crypto/archive-key.ts'
import { decryptRange } from '../crypto/decrypt.ts'
import { AppError } from '../errors.ts'
import type { ReadRange } from '../http/byte-range.ts'
import { planCutting } from '../media/cutting.ts'
import { buildKeyframeIndex } from '../media/keyframe-index.ts'
import { openMp4 } from '../media/mp4.ts'
import { planPlaintextSize } from '../media/plaintext-size.ts'
import { readBytes } from '../media/read-bytes.ts'
import { sniffContainer } from '../media/sniff.ts'
import { openTransportStream } from '../media/transport-stream.ts'
import type { ObjectStore } from '../storage/object-store.ts'
import type { PinnedObject, Purpose, ReadingPlan } from './viewing.ts'

const HEAD_BYTES = 64 * 1024
const BLOCK_BYTES = 16

/** An object, what opens it, and what it is opened for. */
export type Source = {
  readonly store: ObjectStore
  readonly object: PinnedObject
  /** Null for a recording that is not encrypted. */
  readonly key: ArchiveKey | null
  readonly purpose: Purpose
}

/**
 * Finds out how a recording is read: what it is (by its bytes, never by its name), how long in bytes and seconds, and
 * how it is cut. Reads its head and its tail only.
 * Throws `archive-undecryptable`, `archive-container-unknown`, `archive-individual`, `archive-cut` or what the store says.
 */
export async function planReading(source: Source, signal: AbortSignal): Promise<ReadingPlan> {
  const { object, purpose } = source
  const encrypted = source.key !== null
  const readAll = rememberHead(readPlaintext(source), object.sizeBytes)
  const lastBlock = { start: Math.max(0, object.sizeBytes - BLOCK_BYTES), end: object.sizeBytes }
  const [head, tail] = await Promise.all([
    readBytes(readAll, { start: 0, end: Math.min(HEAD_BYTES, object.sizeBytes) }, signal),
    encrypted ? readBytes(readAll, lastBlock, signal) : new Uint8Array(),
  ])
  const container = requirePlayable(sniffContainer(head), encrypted)
  const sizeBytes = encrypted ? planPlaintextSize(container, object.sizeBytes, tail) : object.sizeBytes
  const base = { object, encrypted, container, sizeBytes }
  if (container === 'mp4') {
    const { durationSeconds } = await openMp4(readAll, sizeBytes, signal)
    return { ...base, durationSeconds, hls: null }
  }
  const stream = await openTransportStream(readAll, sizeBytes, signal)
  if (purpose === 'download') return { ...base, durationSeconds: stream.durationSeconds, hls: null }
  // Rare, and the only way to a clock that runs through.
  const whole = { start: 0, end: sizeBytes }
  const index = stream.beginsAnew ? await buildKeyframeIndex(readAll(whole, signal)) : null
  const cutting = planCutting(stream, index)
  return { ...base, durationSeconds: cutting.durationSeconds, hls: { stream, cutting } }
}

/** The bytes of a recording as they are played: decrypted when they have to be. */
export function readPlaintext({ store, object, key }: Omit<Source, 'purpose'>): ReadRange {
  const pin = { etag: object.etag, versionId: object.versionId }
  const readObject: ReadRange = (range, signal) => store.read(object.key, range, pin, signal)
  return key ? decryptRange(readObject, key, object.sizeBytes) : readObject
}

function requirePlayable(container: ReturnType<typeof sniffContainer>, encrypted: boolean): 'ts' | 'mp4' {
  if (container === 'ts' || container === 'mp4') return container
  if (container === 'zip' && !encrypted) throw new AppError('archive-individual')
  throw new AppError(encrypted ? 'archive-undecryptable' : 'archive-container-unknown')
}

/** The head is looked at three times over; it is fetched once. */
function rememberHead(read: ReadRange, sizeBytes: number): ReadRange {
  const headRange = { start: 0, end: Math.min(HEAD_BYTES, sizeBytes) }
  let head: Promise<Uint8Array> | undefined
  return async function* fromHead(range, signal) {
    if (range.end > headRange.end) {
      yield* read(range, signal)
      return
    }
    head ??= readBytes(read, headRange, signal)
    yield (await head).subarray(range.start, range.end)
  }
}
