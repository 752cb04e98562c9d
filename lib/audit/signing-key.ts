import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'

/** An Ed25519 private key out of PEM; null for anything else, also for one that needs a passphrase. */
export function parseSigningKey(pem: string): KeyObject | null {
  try {
    const key = createPrivateKey(pem)
    return key.asymmetricKeyType === 'ed25519' ? key : null
  } catch {
    return null
  }
}

/** The public half, of either half. */
export function publicHalf(key: KeyObject): KeyObject {
  return key.type === 'private' ? createPublicKey(key) : key
}

/** The public key as PEM (SubjectPublicKeyInfo), as it is handed to whoever checks. */
export function renderPublicKey(key: KeyObject): string {
  return String(publicHalf(key).export({ format: 'pem', type: 'spki' }))
}

/** SHA-256 of the public key's DER (SubjectPublicKeyInfo) in hex: what people compare. */
export function fingerprintOf(key: KeyObject): string {
  return createHash('sha256').update(exportDer(key)).digest('hex')
}

/** The 32 bytes of the public key (RFC 8032), which end its DER (RFC 8410 §4). */
export function rawPublicKey(key: KeyObject): Uint8Array {
  return exportDer(key).subarray(-32)
}

function exportDer(key: KeyObject): Buffer {
  return publicHalf(key).export({ format: 'der', type: 'spki' })
}
