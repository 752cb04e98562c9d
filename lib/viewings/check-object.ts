import { AppError } from '../errors.ts'
import type { PinnedObject } from './viewing.ts'

/** What is known of an archive’s object from elsewhere: the recorder’s size, and what was first seen. */
export type KnownObject = {
  /** Plain or cipher, the recorder does not say which; 0 when it does not know. */
  readonly recordedSizeBytes: number
  readonly firstSeen: {
    readonly etag: string
    readonly versionId: string | null
    readonly sizeBytes: number
  } | null
}

/** A cipher block: the most by which plain and cipher size differ. */
const PADDING_BYTES = 16

/**
 * Judges an object before a key is touched. Throws `archive-empty`, `archive-changed` (not the one first seen: another
 * ETag, version or length) or `archive-cut` (shorter than the recorder says, or not whole cipher blocks).
 */
export function checkObject(object: PinnedObject, known: KnownObject, encrypted: boolean): void {
  if (object.sizeBytes === 0) throw new AppError('archive-empty')
  const { firstSeen } = known
  if (firstSeen) {
    const changed =
      (firstSeen.etag !== '' && firstSeen.etag !== object.etag) ||
      (firstSeen.versionId !== null && firstSeen.versionId !== object.versionId) ||
      firstSeen.sizeBytes !== object.sizeBytes
    if (changed) {
      throw new AppError(
        'archive-changed',
        'The file in storage is not the one first seen. It is not played; an administrator has to find out who replaced it.',
      )
    }
  }
  const cut = object.sizeBytes < known.recordedSizeBytes - PADDING_BYTES
  if (cut || (encrypted && object.sizeBytes % PADDING_BYTES !== 0)) {
    const recorded = known.recordedSizeBytes > 0 ? ` of ${known.recordedSizeBytes}` : ''
    throw new AppError(
      'archive-cut',
      `The file in storage has only ${object.sizeBytes}${recorded} bytes: its upload was cut off.`,
    )
  }
}
