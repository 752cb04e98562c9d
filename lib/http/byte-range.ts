/** Bytes from `start` (inclusive) to `end` (exclusive), counted from 0. Only `http/range.ts` and the stores speak the wire's inclusive form. */
export type ByteRange = { readonly start: number; readonly end: number }

/** Reads part of something of known size, lazily; ends with exactly `end - start` bytes or throws. */
export type ReadRange = (range: ByteRange, signal: AbortSignal) => AsyncIterable<Uint8Array>
