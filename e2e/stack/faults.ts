// Faults that a test orders of a server of the stack: `POST /-/faults` with a list of rules, `[]` to end them.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { readText } from './read-text.ts'

export type Fault = {
  /** Regular expression for `METHOD /path?query`; every request when left out. */
  readonly on?: string
  /** How many more requests it hits; all when left out. */
  readonly times?: number
  /** How many matching requests are let pass before it starts. */
  readonly skip?: number
  /** Waits before anything else happens. */
  readonly delayMs?: number
  /** Answers with this status, and never reaches the server. */
  readonly status?: number
  /** Seconds for Retry-After, beside `status`. */
  readonly retryAfterSeconds?: number
  /** Breaks the connection when so many bytes of the body have been sent. */
  readonly resetAfterBytes?: number
  /** Sends so many bytes of the body and then nothing more. */
  readonly stallAfterBytes?: number
  /** Leaves If-Match unheard and answers 200 with the whole object where a part was asked. */
  readonly ignoreRange?: boolean
}

export type Faults = {
  set(faults: readonly Fault[]): void
  /** What is in store for this request. */
  take(request: IncomingMessage): Fault | null
}

export function createFaults(): Faults {
  let rules: { fault: Fault; pattern: RegExp; left: number; skip: number }[] = []
  return {
    set(faults) {
      rules = faults.map((fault) => ({
        fault,
        pattern: new RegExp(fault.on ?? ''),
        left: fault.times ?? Number.POSITIVE_INFINITY,
        skip: fault.skip ?? 0,
      }))
    },
    take(request) {
      const line = `${request.method} ${request.url}`
      for (const rule of rules) {
        if (rule.left <= 0 || !rule.pattern.test(line)) continue
        rule.skip -= 1
        if (rule.skip >= 0) continue
        rule.left -= 1
        return rule.fault
      }
      return null
    },
  }
}

export async function readFaults(request: IncomingMessage): Promise<readonly Fault[]> {
  return parseFaults(await readText(request, 65_536))
}

function parseFaults(text: string): readonly Fault[] {
  const value: unknown = JSON.parse(text)
  if (!Array.isArray(value)) throw new Error('Faults are a list.')
  return value as Fault[]
}

/** Does what a fault says of the answer's beginning. True when it has answered and nothing is left to do. */
export async function beginFault(fault: Fault | null, response: ServerResponse): Promise<boolean> {
  if (fault === null) return false
  if (fault.delayMs !== undefined) await sleep(fault.delayMs)
  if (fault.status !== undefined) {
    const wait = fault.retryAfterSeconds
    const headers: Record<string, string> = wait === undefined ? {} : { 'retry-after': String(wait) }
    response
      .writeHead(fault.status, { 'content-type': 'text/plain', ...headers })
      .end('A fault, as ordered.\n')
    return true
  }
  return false
}
