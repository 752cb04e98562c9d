import { AppError, isAppError } from '../errors.ts'
import type { KeyProvider } from './key-provider.ts'

/** What helps to try the right key first: the one that opened it before, and when the archive was made. */
export type KeyHint = { readonly fingerprint: string | null; readonly createdAt: Date }

export type Unwrapped = { readonly bytes: Uint8Array; readonly fingerprint: string }

/** RSA of 744 to 4,096 bits: less cannot hold a password, and the recorder takes 2,048 at most. */
const MIN_BYTES = 93
const MAX_BYTES = 512
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

/**
 * Unwraps an archive’s password (base64, as the recorder gives it) with whichever key of the ring fits; a wrong key
 * fails cleanly and costs about a millisecond. The ring is newest first.
 * Throws `password-malformed` (no key could), `key-not-found` (none fits), or `key-provider-down` (none of those asked
 * fits, and one could not be asked: the only case worth a retry).
 */
export async function unwrapPassword(
  ring: readonly KeyProvider[],
  wrappedBase64: string,
  { hint, signal }: { readonly hint: KeyHint; readonly signal: AbortSignal },
): Promise<Unwrapped> {
  const wrapped = parseWrapped(wrappedBase64)
  let down: unknown = null
  for (const provider of planTrials(ring, hint)) {
    try {
      const bytes = await provider.unwrap(wrapped, signal)
      if (bytes) return { bytes, fingerprint: provider.fingerprint }
    } catch (error) {
      if (!isAppError(error, 'key-provider-down')) throw error
      down = error
    }
  }
  if (down) throw down
  throw new AppError(
    'key-not-found',
    `None of the project’s ${ring.length} keys opens this archive. An administrator can add the certificate that was in force when it was made.`,
  )
}

/** The order of trial: the key remembered, then those in force when the archive was made, then the rest; newest first. */
export function planTrials(ring: readonly KeyProvider[], hint: KeyHint): KeyProvider[] {
  const rank = (provider: KeyProvider): number => {
    if (provider.fingerprint === hint.fingerprint) return 0
    return provider.notBefore <= hint.createdAt && hint.createdAt <= provider.notAfter ? 1 : 2
  }
  return ring.toSorted((a, b) => rank(a) - rank(b))
}

function parseWrapped(text: string): Uint8Array {
  const compact = text.replace(/\s/g, '')
  const bytes = BASE64.test(compact) ? Buffer.from(compact, 'base64') : Buffer.alloc(0)
  if (bytes.length < MIN_BYTES || bytes.length > MAX_BYTES) {
    throw new AppError(
      'password-malformed',
      'The archive’s wrapped password is not what the recorder sends: base64 of one RSA block.',
    )
  }
  return bytes
}
