import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AppError } from './errors.ts'
import { checkAddress, checkMethod, markRequest, restoreLength } from './http/front.ts'
import { problem } from './http/problem.ts'
import { countRequest } from './metrics.ts'
import type { Services } from './services.ts'

export type Listener = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** A search may hold a whole page of pasted text; Node's own limit is 16 KiB for all headers together. */
const HEADERS_MAX_BYTES = 64 * 1024
const DRAIN_MS = 2_000

/**
 * What every request meets first: odd ones are refused, the others marked and handed to `listener`; what holds for every
 * answer is put on it. Not listening yet.
 */
export function createFrontServer({ env, log }: Services, listener: Listener): Server {
  const constants = {
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'X-Frame-Options': 'DENY',
    ...(env.https && { 'Strict-Transport-Security': 'max-age=63072000; includeSubDomains' }),
  }
  const settings = {
    maxHeaderSize: HEADERS_MAX_BYTES,
    // Nothing here speaks another protocol; asked to, Next would hold the socket for ever, past everything below.
    shouldUpgradeCallback: () => false,
  }
  const server = createServer(settings, (request, response) => {
    response.on('close', () => countRequest(request.method ?? '', response.statusCode))
    const requestId = markRequest(request, env)
    restoreLength(response)
    for (const [name, value] of Object.entries(constants)) response.setHeader(name, value)
    response.setHeader('X-Request-Id', requestId)
    const odd = checkMethod(request.method ?? '') ?? checkAddress(request.url ?? '')
    if (odd !== null) {
      refuse(response, odd, requestId)
      return
    }
    listener(request, response).catch((error: unknown) => {
      log.error({ err: error, requestId }, 'a request failed outside of its handler')
      response.destroy()
    })
  })
  // Longer than the 60 s that proxies commonly keep a connection, so that they and not we close it.
  server.keepAliveTimeout = 65_000
  server.headersTimeout = 20_000
  server.requestTimeout = 60_000
  return server
}

function refuse(response: ServerResponse, error: AppError, requestId: string): void {
  const answer = problem(error, requestId)
  response.statusCode = answer.status
  response.setHeaders(answer.headers)
  response.setHeader('Cache-Control', 'private, no-store')
  // What is left of the request is not read.
  response.setHeader('Connection', 'close')
  answer
    .text()
    .then((text) => response.end(text))
    .catch(() => response.destroy())
}

/** Answers are let finish for a moment; streams that go on are destroyed, which their players take for what it is. */
export async function drain(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
  await closed
  clearTimeout(cut)
}
