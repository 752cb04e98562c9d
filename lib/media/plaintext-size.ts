import { AppError } from '../errors.ts'
import { PACKET_BYTES } from './packet.ts'
import type { Container } from './sniff.ts'

const BLOCK_BYTES = 16

/**
 * How many bytes of a decrypted archive are recording and not padding. `lastBlock` is the plaintext of the last 16 bytes.
 * A transport stream is whole packets, so what is left over is padding, whatever its kind (PKCS#7, zeros, none). An MP4
 * says nothing of its length up front: valid PKCS#7 is taken off (RFC 5652 §6.3), anything else is left.
 * Throws `archive-cut` where the length cannot be that of a whole upload.
 */
export function planPlaintextSize(
  container: Container,
  cipherSizeBytes: number,
  lastBlock: Uint8Array,
): number {
  if (cipherSizeBytes === 0 || cipherSizeBytes % BLOCK_BYTES !== 0) throw cut(cipherSizeBytes)
  if (container !== 'ts') return cipherSizeBytes - countPadding(lastBlock)
  const leftOver = cipherSizeBytes % PACKET_BYTES
  if (leftOver > BLOCK_BYTES || cipherSizeBytes < PACKET_BYTES) throw cut(cipherSizeBytes)
  return cipherSizeBytes - leftOver
}

function countPadding(lastBlock: Uint8Array): number {
  const count = lastBlock.length === BLOCK_BYTES ? (lastBlock.at(-1) ?? 0) : 0
  if (count < 1 || count > BLOCK_BYTES) return 0
  return lastBlock.subarray(BLOCK_BYTES - count).every((byte) => byte === count) ? count : 0
}

function cut(sizeBytes: number): AppError {
  return new AppError(
    'archive-cut',
    `The file in storage has ${sizeBytes} bytes, which no whole recording has: its upload was cut.`,
  )
}
