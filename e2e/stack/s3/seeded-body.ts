import { createCipheriv, createHash } from 'node:crypto'
import { Readable } from 'node:stream'

const CHUNK_BYTES = 1 << 20
const BLOCK_BYTES = 16

/** Bytes `start` to before `end` of the endless row that belongs to a seed: an object of any size, without a disk. */
export function readSeeded(seed: string, { start, end }: { start: number; end: number }): Readable {
  const zeros = Buffer.alloc(CHUNK_BYTES)
  function* chunks(): Generator<Buffer> {
    const counter = Buffer.alloc(BLOCK_BYTES)
    counter.writeBigUInt64BE(BigInt(Math.floor(start / BLOCK_BYTES)), 8)
    const cipher = createCipheriv('aes-256-ctr', createHash('sha256').update(seed).digest(), counter)
    cipher.update(zeros.subarray(0, start % BLOCK_BYTES))
    for (let at = start; at < end; at += CHUNK_BYTES) {
      yield cipher.update(zeros.subarray(0, Math.min(CHUNK_BYTES, end - at)))
    }
  }
  return Readable.from(chunks(), { objectMode: false })
}
