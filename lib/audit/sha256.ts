// SHA-256 by node's crypto. The verifier that is a page has sha256-page.ts in its place: no browser hashes by pieces.
import { createHash, hash } from 'node:crypto'

/** A hash of bytes that come one after the other. */
export type RunningHash = {
  update(bytes: Uint8Array): void
  /** In hex. */
  digest(): string
}

/** Room for hashes; what is in it before they are written is left open. */
export function makeRoom(bytes: number): Buffer {
  return Buffer.allocUnsafe(bytes)
}

/** Writes the hash of bytes, or of text as UTF-8. As hex and back again: a Buffer made for each costs more than the hash. */
export function writeHash(room: Buffer, at: number, bytes: string | Uint8Array): void {
  room.write(hash('sha256', bytes, 'hex'), at, 'hex')
}

export function startHash(): RunningHash {
  const running = createHash('sha256')
  return {
    update: (bytes) => {
      running.update(bytes)
    },
    digest: () => running.digest('hex'),
  }
}
