import { createDecipheriv } from 'node:crypto'
import { AppError } from '../errors.ts'
import type { ByteRange, ReadRange } from '../http/byte-range.ts'
import type { ArchiveKey } from './archive-key.ts'
import { planDecryption } from './decryption-plan.ts'

const NO_IV = new Uint8Array(16)
/** Larger pieces cost the allocator more than they save. */
const PIECE_BYTES = 64 * 1024

/**
 * The plaintext of a ciphertext, readable from anywhere. Padding is left where it is: how much of the end is padding is
 * for whoever knows the container to say, before the first byte is sent.
 * A read throws `storage-misbehaved` when the source gives more or fewer bytes than were asked for.
 */
export function decryptRange(readCipher: ReadRange, key: ArchiveKey, cipherSizeBytes: number): ReadRange {
  return (range, signal) => decrypt({ readCipher, key, cipherSizeBytes }, range, signal)
}

type Ciphertext = {
  readonly readCipher: ReadRange
  readonly key: ArchiveKey
  readonly cipherSizeBytes: number
}

async function* decrypt(
  { readCipher, key, cipherSizeBytes }: Ciphertext,
  range: ByteRange,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const plan = planDecryption(range, cipherSizeBytes)
  // From block n > 0 on, block n-1 goes through first: its own output is noise and dropped, but it is block n's IV.
  const decipher = createDecipheriv('aes-256-cbc', key.key, plan.fromZero ? key.iv : NO_IV)
  decipher.setAutoPadding(false)
  const wantedBytes = plan.cipherRange.end - plan.cipherRange.start
  let gotBytes = 0
  let toDrop = plan.dropBytes
  let toGive = plan.lengthBytes
  for await (const chunk of readCipher(plan.cipherRange, signal)) {
    gotBytes += chunk.length
    if (gotBytes > wantedBytes) throw wrongLength(gotBytes, wantedBytes)
    for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
      let plain: Uint8Array = decipher.update(chunk.subarray(at, at + PIECE_BYTES))
      const dropped = Math.min(toDrop, plain.length)
      toDrop -= dropped
      plain = plain.subarray(dropped, dropped + toGive)
      toGive -= plain.length
      if (plain.length > 0) yield plain
    }
  }
  if (gotBytes !== wantedBytes || toGive !== 0) throw wrongLength(gotBytes, wantedBytes)
}

function wrongLength(gotBytes: number, wantedBytes: number): AppError {
  return new AppError('storage-misbehaved', 'The store did not send as many bytes as were asked for.', {
    facts: { gotBytes, wantedBytes },
  })
}
