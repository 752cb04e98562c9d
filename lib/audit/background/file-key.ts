import { randomBytes } from 'node:crypto'
import type { SealBinding, SecretBox } from '../../keys/seal.ts'
import { FILE_KEY_BYTES } from './seal-chunk.ts'

const bindingOf = (exportId: string): SealBinding => ({
  ...{ table: 'log_exports', column: 'sealed_key', rowId: exportId },
})

/** A new key for one attempt at a file, with what of it is kept. */
export function makeFileKey(
  secrets: SecretBox,
  exportId: string,
): { readonly key: Uint8Array; readonly sealedKey: string } {
  const key = randomBytes(FILE_KEY_BYTES)
  return { key, sealedKey: secrets.seal(key.toString('base64'), bindingOf(exportId)) }
}

/** Throws when the key is sealed by neither SECRETS_KEY nor the one before. */
export function openFileKey(
  secrets: SecretBox,
  { exportId, sealedKey }: { readonly exportId: string; readonly sealedKey: string },
): Uint8Array {
  return Buffer.from(secrets.open(sealedKey, bindingOf(exportId)), 'base64')
}
