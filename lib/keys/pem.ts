import { constants, createPrivateKey, type KeyObject, privateDecrypt, X509Certificate } from 'node:crypto'
import type { KeyProvider } from './key-provider.ts'

export type PemKey = {
  readonly certificatePem: string
  readonly privateKeyPem: string
  readonly passphrase: string | null
}

/**
 * A private key in PEM, with its certificate.
 * Throws an Error that says in words what is wrong: not readable, wrong passphrase, not RSA, not of this certificate.
 */
export function createPemKey(pem: PemKey): KeyProvider {
  const certificate = parseCertificate(pem.certificatePem)
  const privateKey = readPrivateKey(pem)
  if (privateKey.asymmetricKeyType !== 'rsa') throw new Error('the private key is not an RSA key')
  if (!certificate.checkPrivateKey(privateKey)) throw new Error('the private key is not the certificate’s')
  return {
    fingerprint: findFingerprint(certificate),
    notBefore: certificate.validFromDate,
    notAfter: certificate.validToDate,
    unwrap: async (wrapped) => unwrap(privateKey, wrapped),
  }
}

/** Reads a certificate in PEM; throws an Error in words. */
function parseCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch (cause) {
    throw new Error('the certificate is not a readable X.509 certificate in PEM', { cause })
  }
}

/** SHA-256 of the certificate’s DER, lower-case hex. */
export function findFingerprint(certificate: X509Certificate): string {
  return certificate.fingerprint256.replaceAll(':', '').toLowerCase()
}

function readPrivateKey({ privateKeyPem, passphrase }: PemKey): KeyObject {
  try {
    return createPrivateKey({ key: privateKeyPem, ...(passphrase !== null && { passphrase }) })
  } catch (cause) {
    const isSealed = /ENCRYPTED/.test(privateKeyPem)
    throw new Error(
      isSealed ? 'the private key does not open with this passphrase' : 'the private key is not readable',
      {
        cause,
      },
    )
  }
}

/** The recorder wraps with RSA-OAEP over SHA-1, as `openssl rsautl -oaep` does; the hash is named because defaults differ. */
function unwrap(privateKey: KeyObject, wrapped: Uint8Array): Uint8Array | null {
  try {
    return privateDecrypt(
      { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
      wrapped,
    )
  } catch {
    // One answer for every cause: telling them apart would make this an oracle (RFC 8017 §7.1.2, note).
    return null
  }
}
