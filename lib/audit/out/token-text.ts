import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** By it a token is known where it should not be: in code, in a chat. */
const PREFIX = 'rrlog_'
const BYTES = 32
const BEARER = /^Bearer +(\S+)$/i
const TOKEN = /^rrlog_[\w-]{43}$/

/** A new token, to be told once. */
export function makeLogToken(): string {
  return `${PREFIX}${randomBytes(BYTES).toString('base64url')}`
}

/** What is kept of a token: whoever reads the database cannot read the log with it. */
export function hashLogToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** The token that a request carries as its Bearer; null where it carries none of this form. */
export function findLogToken(headers: Headers): string | null {
  const [, token] = BEARER.exec(headers.get('authorization') ?? '') ?? []
  return token !== undefined && TOKEN.test(token) ? token : null
}

/** Whether a hash is the one kept; the time this takes says nothing of either. */
export function isSameHash(given: string, kept: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(kept)]
  return a.length === b.length && timingSafeEqual(a, b)
}
