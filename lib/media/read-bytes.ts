import type { ByteRange, ReadRange } from '../http/byte-range.ts'

/** All bytes of a range, in memory: for the small reads that find things out. */
export async function readBytes(read: ReadRange, range: ByteRange, signal: AbortSignal): Promise<Uint8Array> {
  const bytes = new Uint8Array(range.end - range.start)
  if (bytes.length === 0) return bytes
  let at = 0
  for await (const chunk of read(range, signal)) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  if (at !== bytes.length) throw new RangeError(`${at} bytes came of ${bytes.length}`)
  return bytes
}
