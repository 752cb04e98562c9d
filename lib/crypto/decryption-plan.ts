import type { ByteRange } from '../http/byte-range.ts'

const BLOCK_BYTES = 16

/** What must be read and decrypted to get a range of plaintext. */
export type DecryptionPlan = {
  /** Whole blocks of ciphertext: those of the range and, unless it begins in the first, the one before. */
  readonly cipherRange: ByteRange
  /** Plaintext bytes to drop in front of what was asked for. */
  readonly dropBytes: number
  readonly lengthBytes: number
  /** The range begins in block 0, whose IV is the archive’s own. */
  readonly fromZero: boolean
}

/**
 * CBC (NIST SP 800-38A §6.2): a block’s plaintext needs its own ciphertext and the block before it, so at most 47 bytes
 * more than asked are read. Throws RangeError for a range outside of the ciphertext or a ciphertext of broken blocks.
 */
export function planDecryption(range: ByteRange, cipherSizeBytes: number): DecryptionPlan {
  const { start, end } = range
  const inside = Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start < end
  if (!inside || end > cipherSizeBytes) throw new RangeError(`${start}..${end} of ${cipherSizeBytes} bytes`)
  if (cipherSizeBytes % BLOCK_BYTES !== 0)
    throw new RangeError(`${cipherSizeBytes} bytes are not whole blocks`)
  const firstBlock = start - (start % BLOCK_BYTES)
  const cipherStart = Math.max(0, firstBlock - BLOCK_BYTES)
  return {
    cipherRange: { start: cipherStart, end: Math.ceil(end / BLOCK_BYTES) * BLOCK_BYTES },
    dropBytes: start - cipherStart,
    lengthBytes: end - start,
    fromZero: firstBlock === 0,
  }
}
