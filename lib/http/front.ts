import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { AppError } from '../errors.ts'
import { ADDRESS_HEADER, LENGTH_HEADER, REQUEST_ID_HEADER } from './client.ts'
import { plainAddress } from './plain-address.ts'

export type FrontSettings = {
  /** The site as people open it; what a client says in Host or X-Forwarded-Host is not believed. */
  readonly origin: string
  readonly trustedProxies: number
}

export type RawRequest = {
  readonly url?: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly socket: { readonly remoteAddress?: string | undefined }
}

const ADDRESS_MAX_BYTES = 32 * 1024

/** Headers that only this server, Next itself or proxy.ts may set; a client's copy is dropped. */
const INTERNAL_HEADERS =
  /^(x-recordroom-.*|x-middleware-.*|x-invoke-.*|x-nextjs-.*|x-matched-path|x-now-.*|x-vercel-.*|x-prerender-.*|x-nonce|content-security-policy.*|x-forwarded-.*|forwarded|x-real-ip|x-original-.*|x-rewrite-.*|x-http-method.*|next-resume.*)$/

/**
 * Makes a request fit to be handed on: puts the client's address and a request id on it, drops what a client may not say,
 * and answers the request id.
 */
export function markRequest(request: RawRequest, settings: FrontSettings): string {
  const { headers } = request
  const address = findAddress(request, settings.trustedProxies)
  for (const name of Object.keys(headers)) if (INTERNAL_HEADERS.test(name)) delete headers[name]
  const site = new URL(settings.origin)
  const requestId = randomUUID()
  headers[REQUEST_ID_HEADER] = requestId
  if (address !== null) {
    headers[ADDRESS_HEADER] = address
    headers['x-forwarded-for'] = address
  }
  headers.host = site.host
  headers['x-forwarded-host'] = site.host
  headers['x-forwarded-proto'] = site.protocol.replace(':', '')
  return requestId
}

export type RawResponse = { setHeader(name: string, value: number | string | readonly string[]): unknown }

/**
 * Puts the length of an answer back, which Next drops. By HTTP/1.0, as proxies still speak it, an answer without one
 * ends where its connection does, and one that broke off would look whole.
 */
export function restoreLength(response: RawResponse): void {
  const setHeader = response.setHeader.bind(response)
  response.setHeader = (name, value) => {
    if (name.toLowerCase() !== LENGTH_HEADER) return setHeader(name, value)
    return setHeader('Content-Length', String([value].flat().at(-1)))
  }
}

const METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'])

/** Refuses what no address of a site answers: TRACE, and what file servers and proxies are asked. */
export function checkMethod(method: string): AppError | null {
  return METHODS.has(method) ? null : new AppError('method-not-allowed')
}

/**
 * Refuses addresses that different readers read differently: encoded or doubled slashes, backslashes, dot segments, NUL,
 * broken encoding, absolute form, the ending by which the framework takes a page for its own router's. So no guard can be
 * walked round by spelling.
 */
export function checkAddress(url: string): AppError | null {
  if (url.length > ADDRESS_MAX_BYTES) return new AppError('address-too-long')
  const path = url.replace(/[?#].*$/s, '')
  const decoded = decode(path)
  const isOdd =
    decoded === null ||
    /\.rsc$/i.test(decoded) ||
    !path.startsWith('/') ||
    /\/\/|\\|%2f|%5c|%00|\0/i.test(path) ||
    path.split('/').some((segment) => /^(\.|%2e){1,2}$/i.test(segment))
  return isOdd ? new AppError('request-invalid', 'The address is not of a form this server reads.') : null
}

/**
 * The client's address: the socket's, or the one that the nearest so many proxies say, counted from the right of
 * X-Forwarded-For. What stands further left is the client's own word.
 */
function findAddress(request: RawRequest, trustedProxies: number): string | null {
  const socket = plainAddress(request.socket.remoteAddress ?? '')
  if (trustedProxies === 0) return socket
  const given = request.headers['x-forwarded-for']
  const chain = [given ?? []].flat().flatMap((line) => line.split(','))
  return plainAddress(chain.at(-trustedProxies) ?? chain[0] ?? '') ?? socket
}

/** Null for what is no encoding. */
function decode(path: string): string | null {
  try {
    return decodeURIComponent(path)
  } catch {
    return null
  }
}
