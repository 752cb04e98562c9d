import { createHash } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a host of a file does with one request, in place of answering it well. */
export type Step = (request: http.IncomingMessage, response: http.ServerResponse, host: TestHost) => void

export interface TestHost {
  readonly url: string
  readonly address: string
  readonly bytes: Uint8Array
  readonly etag: string
  /** The Range header of each request so far, or `HEAD`. */
  readonly asked: string[]
  /** How many answers were cut off by the one who asked. */
  readonly hungUp: () => number
  /** What is done with the next requests, in this order; after them all are answered well. */
  readonly steps: Step[]
  answer(request: http.IncomingMessage, response: http.ServerResponse): void
  close(): Promise<void>
}

/** A host of one file for tests: ranges, If-Match and ETag as RFC 9110 has them, and odd behaviour when told so. */
export async function startTestHost(bytes: Uint8Array, always?: Step): Promise<TestHost> {
  let hangUps = 0
  const server = http.createServer((request, response) => {
    host.asked.push(request.method === 'HEAD' ? 'HEAD' : (request.headers.range ?? ''))
    response.on('close', () => {
      if (!response.writableFinished && !endedByHost.has(response)) hangUps += 1
    })
    const step = host.steps.shift() ?? always
    if (step) step(request, response, host)
    else host.answer(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const host: TestHost = {
    url: `http://127.0.0.1:${port}/file`,
    address: `127.0.0.1:${port}`,
    bytes,
    etag: `"${createHash('md5').update(bytes).digest('hex')}"`,
    asked: [],
    hungUp: () => hangUps,
    steps: [],
    answer: (request, response) => {
      const part = partOf(request, host)
      if (part === null) {
        response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end()
        return
      }
      if (request.headers['if-match'] !== undefined && request.headers['if-match'] !== host.etag) {
        response.writeHead(412).end()
        return
      }
      writePartHead(response, host, part)
      response.end(request.method === 'HEAD' ? undefined : bytes.subarray(part.start, part.end))
    },
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return host
}

const endedByHost = new WeakSet<http.ServerResponse>()

/** Answers with a status, and a body. */
export function status(code: number, body = '', headers: Record<string, string> = {}): Step {
  return (_request, response) => void response.writeHead(code, headers).end(body)
}

/** Breaks the connection without an answer. */
export const reset: Step = (request, response) => {
  endedByHost.add(response)
  request.socket.resetAndDestroy()
}

/** Begins well, and breaks the connection after so many bytes. */
export function resetAfter(count: number): Step {
  return (request, response, host) => {
    const part = partOf(request, host)
    // Of a single byte there is nothing to break off after.
    if (part === null || (count > 0 && part.end - part.start === 1)) return host.answer(request, response)
    endedByHost.add(response)
    writePartHead(response, host, part)
    const sent = Math.min(count, part.end - part.start - 1)
    response.flushHeaders()
    if (sent === 0) return void request.socket.end()
    response.write(host.bytes.subarray(part.start, part.start + sent), () => request.socket.end())
  }
}

/** Begins well, and sends nothing more after so many bytes, the connection open. */
export function stallAfter(count: number): Step {
  return (request, response, host) => {
    const part = partOf(request, host)
    if (part === null) return host.answer(request, response)
    writePartHead(response, host, part)
    response.flushHeaders()
    if (count > 0) response.write(host.bytes.subarray(part.start, part.start + count))
  }
}

/** Takes the request and says nothing. */
export const silence: Step = () => {}

/** Answers well but for some headers. */
export function withHeaders(headers: Record<string, string | null>): Step {
  return (request, response, host) => {
    const part = partOf(request, host)
    if (part === null) return host.answer(request, response)
    writePartHead(response, host, part)
    for (const [name, value] of Object.entries(headers)) {
      if (value === null) response.removeHeader(name)
      else response.setHeader(name, value)
    }
    response.end(host.bytes.subarray(part.start, part.end))
  }
}

function partOf(request: http.IncomingMessage, { bytes }: TestHost): { start: number; end: number } | null {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
  if (first === undefined) return { start: 0, end: bytes.length }
  if (Number(first) >= bytes.length) return null
  return { start: Number(first), end: Math.min(Number(last) + 1, bytes.length) }
}

function writePartHead(
  response: http.ServerResponse,
  host: TestHost,
  part: { start: number; end: number },
): void {
  const ranged = response.req.headers.range !== undefined
  response.statusCode = ranged ? 206 : 200
  response.setHeader('etag', host.etag)
  response.setHeader('content-length', part.end - part.start)
  if (ranged) response.setHeader('content-range', `bytes ${part.start}-${part.end - 1}/${host.bytes.length}`)
}
