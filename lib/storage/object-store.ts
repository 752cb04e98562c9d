import type { ByteRange } from '../http/byte-range.ts'

/** What a store says of an object. `etag` is as the store sends it, quotes included, but never weak. */
export type ObjectFacts = {
  readonly sizeBytes: number
  readonly etag: string
  readonly versionId: string | null
  /** The store's own word for a tier that must be restored before it can be read; null when it can be read now. */
  readonly coldTier: string | null
}

/**
 * Where archives lie. Implementations throw AppError: `archive-missing`, `archive-changed` (the pin does not hold any
 * more), `archive-cold`, `storage-forbidden`, `storage-unavailable`, `storage-misbehaved`, `address-refused`.
 */
export interface ObjectStore {
  /** A short word for people: `s3://calls`, `azure://calls`, `the recorder’s cloud`. */
  readonly label: string
  stat(key: string, signal: AbortSignal): Promise<ObjectFacts>
  /**
   * One ranged GET, pinned by `ifMatch`, retried with back-off on 500, 503 and resets without repeating or losing a
   * byte: a retry asks for what is still missing. A 200, a wrong Content-Range or a short body is `storage-misbehaved`.
   */
  read(
    key: string,
    range: ByteRange,
    pin: { etag: string; versionId: string | null },
    signal: AbortSignal,
  ): AsyncIterable<Uint8Array>
}
