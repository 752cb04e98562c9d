import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

/** Where a sealed value stands; bound in, so that it opens nowhere else. */
export type SealBinding = { readonly table: string; readonly column: string; readonly rowId: string }

/** Seals secrets that are kept in the database. */
export interface SecretBox {
  /** Names the key new values are sealed with; it leads each of them. */
  readonly keyId: string
  seal(plain: string, binding: SealBinding): string
  /** Throws one and the same error for a wrong key, a wrong place and a changed value. */
  open(sealed: string, binding: SealBinding): string
}

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * AES-256-GCM. A sealed value is `v1.<key id>.<base64url of nonce ‖ ciphertext ‖ tag>`; key id: the first 8 hex digits of
 * the key's SHA-256. Additional data: version, key id, table, column and row id, joined by NUL.
 * `previous` opens what was sealed before the key was changed. Keys are 32 bytes.
 */
export function createSecretBox(key: Uint8Array, previous: Uint8Array | null): SecretBox {
  const keys = new Map<string, Uint8Array>()
  for (const candidate of previous === null ? [key] : [previous, key]) {
    if (candidate.byteLength !== KEY_BYTES) throw new Error(`a sealing key has ${KEY_BYTES} bytes`)
    keys.set(keyIdOf(candidate), candidate)
  }
  const keyId = keyIdOf(key)

  return {
    keyId,
    seal(plain, binding) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(additionalData(keyId, binding))
      const body = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return `v1.${keyId}.${body.toString('base64url')}`
    },
    open(sealed, binding) {
      const parts = parseSealed(sealed)
      const opener = parts === null ? undefined : keys.get(parts.keyId)
      if (parts === null || opener === undefined) throw sealBroken(binding)
      const tagStart = parts.body.length - TAG_BYTES
      const decipher = createDecipheriv('aes-256-gcm', opener, parts.body.subarray(0, NONCE_BYTES))
        .setAAD(additionalData(parts.keyId, binding))
        .setAuthTag(parts.body.subarray(tagStart))
      try {
        const plain = decipher.update(parts.body.subarray(NONCE_BYTES, tagStart))
        return Buffer.concat([plain, decipher.final()]).toString('utf8')
      } catch {
        throw sealBroken(binding)
      }
    },
  }
}

/** The key a value was sealed with; null when it is not a sealed value. */
export function findSealKeyId(sealed: string): string | null {
  return parseSealed(sealed)?.keyId ?? null
}

function keyIdOf(key: Uint8Array): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 8)
}

function additionalData(keyId: string, { table, column, rowId }: SealBinding): Buffer {
  return Buffer.from(['v1', keyId, table, column, rowId].join('\0'), 'utf8')
}

function parseSealed(sealed: string): { keyId: string; body: Buffer } | null {
  const [, keyId, text] = /^v1\.([0-9a-f]{8})\.([A-Za-z0-9_-]+)$/.exec(sealed) ?? []
  if (keyId === undefined || text === undefined) return null
  const body = Buffer.from(text, 'base64url')
  return body.length < NONCE_BYTES + TAG_BYTES ? null : { keyId, body }
}

function sealBroken({ table, column }: SealBinding): Error {
  return new Error(`a sealed value of ${table}.${column} cannot be opened: wrong key, place or content`)
}
