/** What came of adding a webhook, or of removing one. */
export type Added = {
  /** Shown once; null where none was told. */
  readonly secret: string | null
  /** It waits for a second administrator. */
  readonly isWaiting: boolean
}

/** Reads what was answered to `POST /projects/webhooks`, and to the DELETE of one. */
export function readAdded(body: unknown): Added {
  const { signingSecret, changeId } = (typeof body === 'object' && body !== null ? body : {}) as Record<
    string,
    unknown
  >
  return {
    secret: typeof signingSecret === 'string' ? signingSecret : null,
    isWaiting: typeof changeId === 'string',
  }
}
