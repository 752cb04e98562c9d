import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { findFingerprint } from '../keys/pem.ts'

export type CheckedCertificate = {
  readonly pem: string
  /** SHA-256 of the certificate's DER, lower-case hex. */
  readonly fingerprint: string
  readonly notBefore: Date
  readonly notAfter: Date
}

export type CertificateFault = {
  readonly field: 'certificate' | 'privateKey' | 'passphrase'
  readonly message: string
}

/** Less does not wrap the recorder's 51 bytes with OAEP over SHA-1; more the recorder does not take. */
const MIN_BITS = 744
const MAX_BITS = 2048

type Pair = {
  readonly certificatePem: string
  readonly privateKeyPem: string
  readonly passphrase: string | null
}

/** Whether a certificate and a private key are what they should be and belong to each other. */
export function checkCertificate(pair: Pair): CheckedCertificate | CertificateFault {
  const certificate = readCertificate(pair.certificatePem)
  if (certificate === null) return { field: 'certificate', message: 'is not an X.509 certificate as PEM' }
  if (certificate.publicKey.asymmetricKeyType !== 'rsa') {
    return { field: 'certificate', message: 'must be of an RSA key' }
  }
  const bits = certificate.publicKey.asymmetricKeyDetails?.modulusLength ?? 0
  if (bits < MIN_BITS || bits > MAX_BITS) {
    return { field: 'certificate', message: `must be of an RSA key of ${MIN_BITS} to 2,048 bits` }
  }
  const key = readKey(pair)
  if ('message' in key) return key
  if (!certificate.checkPrivateKey(key.key)) {
    return { field: 'privateKey', message: 'does not belong to the certificate' }
  }
  return {
    pem: certificate.toString(),
    fingerprint: findFingerprint(certificate),
    notBefore: certificate.validFromDate,
    notAfter: certificate.validToDate,
  }
}

export function isCertificateFault(
  checked: CheckedCertificate | CertificateFault,
): checked is CertificateFault {
  return 'message' in checked
}

function readCertificate(pem: string): X509Certificate | null {
  try {
    return pem.includes('-----BEGIN CERTIFICATE-----') ? new X509Certificate(pem) : null
  } catch {
    return null
  }
}

function readKey({ privateKeyPem, passphrase }: Pair): { readonly key: KeyObject } | CertificateFault {
  const isLocked = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(privateKeyPem)
  if (isLocked && passphrase === null) {
    return { field: 'passphrase', message: 'is missing: the key is locked' }
  }
  try {
    return { key: createPrivateKey({ key: privateKeyPem, ...(passphrase === null ? {} : { passphrase }) }) }
  } catch {
    return isLocked
      ? { field: 'passphrase', message: 'does not open the key' }
      : { field: 'privateKey', message: 'is not a private key as PEM' }
  }
}
