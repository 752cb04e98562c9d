// Somebody else's server that takes webhooks: keeps what it got as it got it, checks nothing, and answers as it is told.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { close, listen } from './listen.ts'
import { readText } from './read-text.ts'

export type ReceivedWebhook = {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A status; never an answer; a redirect; an answer that never ends, or ends in the middle; a connection cut. */
export type ReceiverAnswer =
  | number
  | 'hang'
  | 'flood'
  | 'stall'
  | 'cut'
  | { readonly status: number; readonly location: string }

export type WebhookReceiver = {
  readonly url: string
  readonly port: number
  /** In the order it came, whatever it was answered. */
  readonly received: readonly ReceivedWebhook[]
  /** 204 until it is told otherwise. */
  answerWith(decide: (received: ReceivedWebhook) => ReceiverAnswer | Promise<ReceiverAnswer>): void
  /** Waits until it has got so many. */
  waitFor(count: number): Promise<void>
  stop(): Promise<void>
}

const MAX_BODY_BYTES = 1 << 20
const WAIT_MS = 15_000

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = []
  const waiting = new Set<() => void>()
  let decide: (received: ReceivedWebhook) => ReceiverAnswer | Promise<ReceiverAnswer> = () => 204

  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const webhook = await keep(request)
    received.push(webhook)
    for (const look of waiting) look()
    await answer(response, await decide(webhook))
  }
  const server = createServer((request, response) => {
    take(request, response).catch(() => response.destroy())
  })
  const port = await listen(server, 0)
  return {
    url: `http://127.0.0.1:${port}/hook`,
    port,
    received,
    answerWith(next) {
      decide = next
    },
    waitFor: (count) =>
      new Promise((resolve, reject) => {
        const giveUp = setTimeout(() => {
          waiting.delete(look)
          reject(new Error(`of ${count} webhooks ${received.length} came within ${WAIT_MS / 1000} seconds`))
        }, WAIT_MS)
        const look = () => {
          if (received.length < count) return
          clearTimeout(giveUp)
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
    stop: () => close(server),
  }
}

async function keep(request: IncomingMessage): Promise<ReceivedWebhook> {
  const body = await readText(request, MAX_BODY_BYTES)
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  )
  return { method: request.method ?? '', path: request.url ?? '', headers, body }
}

async function answer(response: ServerResponse, said: ReceiverAnswer): Promise<void> {
  if (said === 'hang') return
  if (said === 'cut') return void response.destroy()
  if (said === 'stall') return void response.writeHead(200, { 'content-length': '100' }).write('so far')
  if (said === 'flood') return flood(response)
  const { status, location } = typeof said === 'number' ? { status: said, location: null } : said
  response.writeHead(status, location === null ? {} : { location }).end()
}

async function flood(response: ServerResponse): Promise<void> {
  response.writeHead(200)
  // Whoever has had enough hangs up.
  await pipeline(Readable.from(endless()), response).catch(() => {})
}

function* endless(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(64 * 1024)
}
