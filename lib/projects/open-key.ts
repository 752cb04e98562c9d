import { AppError } from '../errors.ts'
import type { KeyProvider } from '../keys/key-provider.ts'
import { createPemKey } from '../keys/pem.ts'
import type { SecretBox } from '../keys/seal.ts'
import { bindSecret, openSecret, parseSecretReferences } from './secret-reference.ts'

type CertificateRow = {
  readonly id: string
  readonly fingerprint: string
  readonly pem: string
  readonly notBefore: Date
  readonly notAfter: Date
  readonly secrets: unknown
}

/** The key of a certificate. It is read at the first use; one that cannot be read is `key-provider-down` then. */
export function openKey(row: CertificateRow, secrets: SecretBox): KeyProvider {
  let opened: KeyProvider | null = null
  return {
    fingerprint: row.fingerprint,
    notBefore: row.notBefore,
    notAfter: row.notAfter,
    unwrap: async (wrapped, signal) => {
      opened ??= readKey(row, secrets)
      return opened.unwrap(wrapped, signal)
    },
  }
}

function readKey(row: CertificateRow, secrets: SecretBox): KeyProvider {
  const { privateKey, passphrase } = parseSecretReferences(row.secrets)
  const binding = bindSecret('certificates', row.id)
  try {
    if (privateKey === undefined) throw new Error('it is not set')
    return createPemKey({
      certificatePem: row.pem,
      privateKeyPem: openSecret(privateKey, secrets, binding),
      passphrase: passphrase === undefined ? null : openSecret(passphrase, secrets, binding),
    })
  } catch (cause) {
    const which = `certificate ${row.fingerprint.slice(0, 16)}…`
    throw new AppError('key-provider-down', `The private key of ${which} cannot be read.`, { cause })
  }
}
