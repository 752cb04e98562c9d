import { AppError } from '../errors.ts'

/** What an archive was encrypted with: AES-256-CBC, a key of 32 bytes and the first block’s IV of 16. */
export type ArchiveKey = { readonly key: Uint8Array; readonly iv: Uint8Array }

const LENGTH_BYTES = 51

/**
 * Reads an unwrapped archive password: version 1, algorithm 1 (AES-256), mode 1 (CBC), key at 3..34, IV at 35..50
 * (the recorder’s archive encryption guide). Throws `password-malformed` for anything else.
 */
export function parseArchiveKey(bytes: Uint8Array): ArchiveKey {
  const known = bytes.length === LENGTH_BYTES && bytes[0] === 1 && bytes[1] === 1 && bytes[2] === 1
  if (!known) {
    throw new AppError(
      'password-malformed',
      'The archive’s password opened, but it is not of the known form (AES-256 in CBC mode).',
    )
  }
  // Copies: a slice of a Buffer would be cleared with what it was cut from.
  return { key: new Uint8Array(bytes.subarray(3, 35)), iv: new Uint8Array(bytes.subarray(35)) }
}
