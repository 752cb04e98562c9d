const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Whether a request that changes something comes from the site's own pages: neither Origin (RFC 6454) nor
 * Sec-Fetch-Site (Fetch Metadata) says otherwise, and one of them is there to say so.
 */
export function isOwnChange(request: Request, origin: string): boolean {
  if (SAFE_METHODS.has(request.method)) return true
  const from = request.headers.get('origin')
  const site = request.headers.get('sec-fetch-site')
  if (from === null && site === null) return false
  return (from === null || from === origin) && (site === null || site === 'same-origin')
}
