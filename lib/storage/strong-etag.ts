/**
 * The tag without the mark of weakness that a cache on the way may have put on it. The tag itself is the same, and
 * If-Match never holds for a weak one (RFC 9110 §13.1.1).
 */
export function strongEtag(etag: string): string {
  return etag.replace(/^W\//, '')
}
