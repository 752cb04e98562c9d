const BASE = 'http://here.invalid'

/**
 * Reads a path within this site out of an address's parameter: path, query and fragment, or null for whatever would
 * lead elsewhere (another origin, `//host`, a backslash, another scheme).
 */
export function parseLocalPath(text: string | null | undefined): string | null {
  if (!text?.startsWith('/') || text.length > 8192) return null
  const url = URL.parse(text, BASE)
  if (url === null || url.origin !== BASE || url.pathname.startsWith('//')) return null
  return `${url.pathname}${url.search}${url.hash}`
}
