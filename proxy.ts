import { type NextRequest, NextResponse } from 'next/server'

/**
 * Gives each page its nonce, and each answer the headers of a page. No permission is asked here. What the client sent
 * under these names is overwritten. lib/front-server.ts adds what holds for every answer.
 */
export function proxy(request: NextRequest): NextResponse {
  const nonce = crypto.randomUUID()
  const policy = contentSecurityPolicy(nonce)
  const headers = new Headers(request.headers)
  headers.set('x-nonce', nonce)
  headers.set('content-security-policy', policy)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('Content-Security-Policy', policy)
  response.headers.set('Cache-Control', 'private, no-store')
  return response
}

/** Not for files with a hash in their name, nor for media: those are no pages, and come by the hundred. */
export const config = {
  matcher: [
    '/((?!_next/static/|viewings/[^/]+/segments/[^/]+$|viewings/[^/]+/media$|viewings/[^/]+/progress$|downloads/[^/]+/file$).*)',
  ],
}

/** Mantine and the player style by attribute: styles are taken inline, without a nonce, which would switch that off. */
function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "media-src 'self' blob:",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}
