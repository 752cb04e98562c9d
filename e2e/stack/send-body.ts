import type { ServerResponse } from 'node:http'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Fault } from './faults.ts'

/** Sends a body as far as the fault lets it, and tells of its bytes as they go. A reader who hangs up is no error. */
export async function sendBody(
  body: Readable,
  response: ServerResponse,
  { fault, onBytes }: { readonly fault: Fault | null; readonly onBytes?: (bytes: number) => void },
): Promise<void> {
  let sentBytes = 0
  const resetAt = fault?.resetAfterBytes ?? Number.POSITIVE_INFINITY
  const stallAt = fault?.stallAfterBytes ?? Number.POSITIVE_INFINITY
  const gate = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const room = Math.min(resetAt, stallAt) - sentBytes
      const part = chunk.subarray(0, Math.max(0, room))
      sentBytes += part.length
      onBytes?.(part.length)
      if (chunk.length < room) return done(null, part)
      this.push(part)
      // Until what was let through has reached the socket, a reset would swallow it.
      if (resetAt <= stallAt) setTimeout(() => response.destroy(), 20)
    },
  })
  try {
    await pipeline(body, gate, response)
  } catch {
    response.destroy()
  }
}
