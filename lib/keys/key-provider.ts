/**
 * A private key that unwraps archive passwords (RSA-OAEP, SHA-1, MGF1-SHA-1), wherever it is kept.
 */
export interface KeyProvider {
  /** SHA-256 of the certificate's DER, lower-case hex. */
  readonly fingerprint: string
  readonly notBefore: Date
  readonly notAfter: Date
  /** The plaintext; null when this key does not fit. Throws AppError `key-provider-down` when it cannot be asked. */
  unwrap(wrapped: Uint8Array, signal: AbortSignal): Promise<Uint8Array | null>
}
