import { randomUUID } from 'node:crypto'
import jwt from 'jsonwebtoken'

/** How one shows a recorder who is asking. */
export type RecorderCredentials =
  | { readonly kind: 'opentok'; readonly apiKey: string; readonly apiSecret: string }
  | { readonly kind: 'vonage'; readonly applicationId: string; readonly privateKeyPem: string }

/** The API takes at most five minutes and recommends three. */
const LIFETIME_SECONDS = 180

/**
 * The headers of one call, with a token of its own. OpenTok: HS256 by the project's secret in X-OPENTOK-AUTH; the
 * unified environment: RS256 by the application's private key as Bearer.
 */
export function createAuthHeaders(credentials: RecorderCredentials, now: Date): Record<string, string> {
  const issuedAt = Math.floor(now.getTime() / 1000)
  const times = { iat: issuedAt, exp: issuedAt + LIFETIME_SECONDS, jti: randomUUID() }
  if (credentials.kind === 'opentok') {
    const claims = { iss: credentials.apiKey, ist: 'project', ...times }
    return { 'x-opentok-auth': jwt.sign(claims, credentials.apiSecret, { algorithm: 'HS256' }) }
  }
  const claims = { application_id: credentials.applicationId, ...times }
  return { authorization: `Bearer ${jwt.sign(claims, credentials.privateKeyPem, { algorithm: 'RS256' })}` }
}
