import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import type { ReadRange } from '../http/byte-range.ts'
import type { ArchiveKey } from './archive-key.ts'

/** For tests: runs openssl with something to read, and gives what it writes. */
export function openssl(args: readonly string[], input: Uint8Array): Buffer {
  const { status, stdout, stderr } = spawnSync('openssl', args, { input, maxBuffer: 1 << 28 })
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}\n${stderr.toString()}`)
  return stdout
}

export function makeArchiveKey(): ArchiveKey {
  return { key: randomBytes(32), iv: randomBytes(16) }
}

/** As the recorder encrypts; `-nopad` for whole blocks without padding. */
export function encrypt(plaintext: Uint8Array, { key, iv }: ArchiveKey, options: readonly string[]): Buffer {
  return openssl(['enc', '-aes-256-cbc', '-K', hex(key), '-iv', hex(iv), ...options], plaintext)
}

/** Without `-nopad`, as the archiving guide decrypts. */
export function decrypt(ciphertext: Uint8Array, { key, iv }: ArchiveKey, options: readonly string[]): Buffer {
  return openssl(['enc', '-d', '-aes-256-cbc', '-K', hex(key), '-iv', hex(iv), ...options], ciphertext)
}

/** Gives bytes in chunks of some length, as a network would, and never the same memory twice. */
export function readFrom(bytes: Uint8Array, chunkBytes: number): ReadRange {
  return async function* readChunks({ start, end }) {
    for (let at = start; at < end; at += chunkBytes) yield bytes.slice(at, Math.min(at + chunkBytes, end))
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
