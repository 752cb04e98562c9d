import { createHash } from 'node:crypto'

/** `__Host-` binds a cookie to this host, this scheme and the path `/`; browsers take it over https only. */
export function sessionCookieName(https: boolean): string {
  return https ? '__Host-next-auth.session-token' : 'next-auth.session-token'
}

/** The session token of a request, or null. A cookie sent twice is no sign-in: it cannot be told whose is meant. */
export function findSessionToken(headers: Headers, https: boolean): string | null {
  const name = `${sessionCookieName(https)}=`
  const values = (headers.get('cookie') ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(name))
    .map((pair) => pair.slice(name.length))
  const [value] = values
  return values.length === 1 && value !== undefined && /^[\w-]{20,128}$/.test(value) ? value : null
}

/** What is kept of a token: whoever reads the database cannot sign in with it. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
