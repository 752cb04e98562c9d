// The JSON Web Token of X-OPENTOK-AUTH: HS256 with the project's secret, at most five minutes long.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { RecorderError } from './recorder-error.ts'

const LONGEST_SECONDS = 300
const SLACK_SECONDS = 5
const AHEAD_SECONDS = 30

export function checkToken(
  token: string | undefined,
  { apiKey, secret, nowMs }: { apiKey: string; secret: string | undefined; nowMs: number },
): void {
  const [head = '', body = '', signature = '', ...rest] = (token ?? '').split('.')
  if (rest.length > 0) throw refusal('Invalid token')
  const header = parsePart(head)
  const claims = parsePart(body)
  if (header.alg !== 'HS256') throw refusal('Invalid algorithm')
  if (!/^\d+$/.test(String(claims.iss ?? ''))) throw refusal('Invalid issuer format')
  if (secret === undefined || String(claims.iss) !== apiKey) throw refusal('Issuer not found')
  const wanted = createHmac('sha256', secret).update(`${head}.${body}`).digest()
  const given = Buffer.from(signature, 'base64url')
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw refusal('Invalid signature')
  // One of the vendor's own libraries writes it into the header.
  if ((claims.ist ?? header.ist) !== 'project') throw refusal('Invalid issuer type')
  const now = nowMs / 1000
  const { iat, exp } = claims
  if (typeof iat !== 'number' || typeof exp !== 'number')
    throw refusal('Invalid token: iat and exp are required')
  if (exp < now) throw refusal('Invalid token: expired')
  if (iat > now + AHEAD_SECONDS) throw refusal('Invalid token: issued in the future')
  if (exp - iat > LONGEST_SECONDS + SLACK_SECONDS) throw refusal('Invalid token: lifetime is too long')
}

function parsePart(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {}
  throw refusal('Invalid token')
}

function refusal(message: string): RecorderError {
  return new RecorderError(403, message)
}
