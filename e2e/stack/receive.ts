// Reads an answer as it comes and tells how much came, when, and how it ended: a browser forgives what a test may not.
import { type Agent, type IncomingMessage, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

export type Received = {
  /** 0 when there was no answer. */
  readonly status: number
  readonly bytes: number
  /** The first bytes, as many as were to be kept. */
  readonly head: Buffer
  /** It ended as an answer ends, and was not broken off. */
  readonly isComplete: boolean
  readonly firstByteMs: number
  readonly totalMs: number
}

export type Wanted = {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly keepBytes?: number
  /** How many bytes a second it reads at most, by leaving the rest where it is; asked anew for each chunk. */
  readonly pace?: () => number
  /** Hangs up when so many bytes have come. */
  readonly stopAfterBytes?: number
  /** False: a connection of its own. */
  readonly agent?: Agent | false
  readonly timeoutMs?: number
  /** Told each time bytes come. */
  readonly onBytes?: (bytes: number) => void
}

const TIMEOUT_MS = 120_000

/** Never rejects: whatever happens to the answer is what was to be learnt. */
export async function receive(wanted: Wanted): Promise<Received> {
  const startedMs = performance.now()
  const since = (): number => performance.now() - startedMs
  const kept: Buffer[] = []
  let keepLeft = wanted.keepBytes ?? 0
  let bytes = 0
  let firstByteMs = Number.POSITIVE_INFINITY
  let status = 0
  let isComplete = false
  try {
    const response = await begin(wanted)
    status = response.statusCode ?? 0
    for await (const chunk of response) {
      const part = parseChunk(chunk)
      if (bytes === 0) firstByteMs = since()
      bytes += part.length
      wanted.onBytes?.(part.length)
      if (keepLeft > 0) kept.push(part.subarray(0, keepLeft))
      keepLeft -= part.length
      if (bytes >= (wanted.stopAfterBytes ?? Number.POSITIVE_INFINITY)) break
      const dueMs = (bytes / (wanted.pace?.() ?? Number.POSITIVE_INFINITY)) * 1000
      const earlyMs = dueMs - since()
      if (earlyMs > 0) await sleep(earlyMs)
    }
    isComplete = response.complete
  } catch {
    // Broken off: `isComplete` stays false.
  }
  return { status, bytes, head: Buffer.concat(kept), isComplete, firstByteMs, totalMs: since() }
}

function begin(wanted: Wanted): Promise<IncomingMessage> {
  const { hostname, port, pathname, search, host } = new URL(wanted.url)
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        // Without a look-up: `localhost` would be tried by IPv6 first.
        host: hostname === 'localhost' ? '127.0.0.1' : hostname,
        port,
        path: pathname + search,
        headers: { host, ...wanted.headers },
        ...(wanted.agent === undefined ? {} : { agent: wanted.agent }),
        signal: AbortSignal.timeout(wanted.timeoutMs ?? TIMEOUT_MS),
      },
      resolve,
    )
    asked.once('error', reject)
    asked.end()
  })
}

function parseChunk(chunk: unknown): Buffer {
  if (!Buffer.isBuffer(chunk)) throw new Error('No bytes came.')
  return chunk
}
