import { hashBytes } from './merkle.ts'
import { BundleFault } from './verify-fault.ts'
import { bytesOfBase64, hexOf } from './verify-json.ts'

export const PUBLIC_KEY = 'public-key.pem'

/** What stands before the 32 bytes of an Ed25519 key in its DER (RFC 8410 §4). */
const DER_BEFORE_KEY = '302a300506032b6570032100'
const PEM = /^-----BEGIN PUBLIC KEY-----\n([A-Za-z0-9+/]{59}=)\n-----END PUBLIC KEY-----\n$/

export type PublicKey = {
  /** 32 bytes. */
  readonly raw: Uint8Array
  /** SHA-256 of its SubjectPublicKeyInfo in DER, in hex. */
  readonly fingerprint: string
}

/** Reads an Ed25519 public key out of PEM, in the one spelling that a bundle has. */
export function parsePublicKey(pem: string): PublicKey {
  const [, base64] = PEM.exec(pem) ?? []
  const der = bytesOfBase64(base64)
  if (der?.length !== 44 || !hexOf(der).startsWith(DER_BEFORE_KEY))
    throw new BundleFault(PUBLIC_KEY, 'it is no Ed25519 public key in PEM')
  return { raw: der.subarray(12), fingerprint: hexOf(hashBytes(der)) }
}

/** A fingerprint as people write it, with colons or capitals; null when it is none. */
export function parseFingerprint(text: string): string | null {
  const digits = text.trim().replaceAll(':', '').toLowerCase()
  return /^[0-9a-f]{64}$/.test(digits) ? digits : null
}
