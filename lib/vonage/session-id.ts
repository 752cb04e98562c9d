/** What a session ID says of itself: a hint, never authority. */
export type SessionIdHint = {
  /** The project's API key, or its application id in the unified environment; null when it cannot be read. */
  readonly apiKey: string | null
  readonly createdAt: Date | null
  /** False when it seems cut off. */
  readonly whole: boolean
}

export const MAX_SESSION_ID_LENGTH = 255

const FORM = /^[12]_[A-Za-z0-9_~-]{8,}={0,2}$/
const API_KEY = /^(?:\d{3,12}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i
/** OpenTok began in 2010. */
const EARLIEST_MS = Date.UTC(2009, 0, 1)
const LATEST_MS = Date.UTC(2200, 0, 1)

/** Whether text has the form of a session ID: `1_` or `2_` and base64url. */
export function isSessionId(text: string): boolean {
  return text.length <= MAX_SESSION_ID_LENGTH && FORM.test(text)
}

/**
 * Reads a session ID. After `1_` or `2_` stands base64url of fields parted and ended by `~`: a version, the API key, a
 * place (mostly empty), when the session was made (milliseconds, or a date in words until 2014), a random part.
 * Null when the text has another form.
 */
export function parseSessionId(text: string): SessionIdHint | null {
  if (!isSessionId(text)) return null
  const decoded = Buffer.from(text.slice(2).replace(/[~=]+$/, ''), 'base64url').toString('latin1')
  const [version = '', apiKey = '', , time = ''] = decoded.split('~')
  // Not what is known of them, but it has the form: the recorder must say.
  if (!/^\d{1,2}$/.test(version)) return { apiKey: null, createdAt: null, whole: true }
  const fieldsCount = decoded.split('~').length
  return {
    apiKey: fieldsCount > 2 && API_KEY.test(apiKey) ? apiKey.toLowerCase() : null,
    createdAt: fieldsCount > 4 ? readTime(time) : null,
    whole: fieldsCount > 5 && decoded.endsWith('~'),
  }
}

function readTime(text: string): Date | null {
  const ms = /^\d{10,14}$/.test(text) ? Number(text) : Date.parse(text)
  return ms >= EARLIEST_MS && ms < LATEST_MS ? new Date(ms) : null
}
