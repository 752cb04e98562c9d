// How a file of an export lies in the database. It is cut into chunks of at most 1 MiB; each is AES-256-GCM under a key
// made for this attempt alone, which itself is sealed by SECRETS_KEY (lib/keys/seal.ts). Nonce: the chunk's number in
// 12 bytes. Additional data: `recordroom log export v1`, the export's id, the attempt, the number, and `last` or `more`,
// joined by NUL: a chunk opens in no other place, and a file that lacks its end does not open to its end.
import { createCipheriv, createDecipheriv } from 'node:crypto'

export const CHUNK_BYTES = 1_048_576
export const FILE_KEY_BYTES = 32
const TAG_BYTES = 16

/** Where a chunk stands. */
export type ChunkPlace = {
  readonly exportId: string
  readonly attempt: number
  readonly number: number
  readonly isLast: boolean
}

export function sealChunk(plain: Uint8Array, key: Uint8Array, place: ChunkPlace): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(place)).setAAD(additionalData(place))
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** Throws one and the same error for a wrong key, a wrong place and changed bytes. */
export function openChunk(sealed: Uint8Array, key: Uint8Array, place: ChunkPlace): Buffer {
  const end = sealed.length - TAG_BYTES
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(place))
      .setAAD(additionalData(place))
      .setAuthTag(sealed.subarray(end))
    return Buffer.concat([decipher.update(sealed.subarray(0, end)), decipher.final()])
  } catch {
    throw new Error('a chunk of an export cannot be opened: wrong key, place or content')
  }
}

/** The bytes in chunks of the one size, told from the last, which may be empty. */
export async function* cutInChunks(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ readonly plain: Uint8Array; readonly isLast: boolean }> {
  let kept: Uint8Array[] = []
  let length = 0
  for await (const each of bytes) {
    kept.push(each)
    length += each.length
    if (length <= CHUNK_BYTES) continue
    const whole = Buffer.concat(kept)
    let at = 0
    for (; whole.length - at > CHUNK_BYTES; at += CHUNK_BYTES)
      yield { plain: whole.subarray(at, at + CHUNK_BYTES), isLast: false }
    kept = [whole.subarray(at)]
    length = whole.length - at
  }
  yield { plain: Buffer.concat(kept), isLast: true }
}

function nonceOf({ number }: ChunkPlace): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(number, 8)
  return nonce
}

function additionalData({ exportId, attempt, number, isLast }: ChunkPlace): Buffer {
  const said = ['recordroom log export v1', exportId, attempt, number, isLast ? 'last' : 'more']
  return Buffer.from(said.join('\0'))
}
