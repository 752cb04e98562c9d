// Requests as no page of the portal would make them.
import { request } from 'node:http'
import { readStack } from './fixtures.ts'
import type { Visitor } from './stack/visitor.ts'

export type Asking = {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  /** Sent as it is, in place of JSON. */
  readonly body?: string
}

export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly bytes: Buffer
}

const TIMEOUT_MS = 30_000

/** Sends a path as it is spelt, with these headers and no others but the cookie of who asks; null: nobody. */
export function send(visitor: Visitor | null, path: string, asking: Asking = {}): Promise<Answer> {
  const { method = 'GET', json } = asking
  const body = json === undefined ? asking.body : JSON.stringify(json)
  const { hostname, port } = new URL(readStack().portalUrl)
  const headers = {
    ...(visitor === null ? {} : { cookie: visitor.cookie }),
    ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
    ...asking.headers,
  }
  return new Promise((resolve, reject) => {
    const call = request({ hostname, port, path, method, headers, timeout: TIMEOUT_MS }, async (response) => {
      try {
        const chunks: Buffer[] = []
        for await (const chunk of response) chunks.push(chunk)
        resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes: Buffer.concat(chunks) })
      } catch (error) {
        reject(error)
      }
    })
    call.on('timeout', () => call.destroy(new Error(`${method} ${path} took too long.`)))
    call.on('error', reject)
    call.end(body)
  })
}

/** A change as the portal's own pages make it. */
export function change(visitor: Visitor | null, path: string, asking: Asking = {}): Promise<Answer> {
  const headers = { origin: readStack().portalUrl, ...asking.headers }
  return send(visitor, path, { method: 'POST', ...asking, headers })
}

export type Problem = {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly requestId: string
}

/** The problem+json of an answer. */
export function readProblem(answer: Answer): Problem {
  const type = answer.headers['content-type']
  if (type !== 'application/problem+json')
    throw new Error(`${answer.status} ${String(type)}: ${answer.bytes.toString('utf8', 0, 200)}`)
  return parseProblem(answer.bytes.toString('utf8'))
}

function parseProblem(text: string): Problem {
  return JSON.parse(text) as Problem
}

/** `403 forbidden`, or the status alone where there was no refusal. */
export function sayAnswer(answer: Answer): string {
  return answer.status < 400 ? String(answer.status) : `${answer.status} ${readProblem(answer).code}`
}
