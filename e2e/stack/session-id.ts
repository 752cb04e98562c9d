import { createHash } from 'node:crypto'

/**
 * A session ID as the recorder makes them: `2_` and base64url of version, API key, place (empty), when, a random part.
 * The same seed gives the same ID.
 */
export function createSessionId(apiKey: string, createdAt: Date, seed: string): string {
  const random = createHash('sha256').update(seed).digest('base64url').replaceAll(/[-_]/g, 'x').slice(0, 24)
  return `2_${Buffer.from(`1~${apiKey}~~${createdAt.getTime()}~${random}~~`).toString('base64url')}`
}

/** The API key a session ID names, or null when it is none. */
export function findApiKey(sessionId: string): string | null {
  const fields = Buffer.from(sessionId.slice(2), 'base64url').toString('latin1').split('~')
  return /^[12]_/.test(sessionId) && fields.length > 5 ? (fields[1] ?? null) : null
}
