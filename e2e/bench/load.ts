// The load's own process: it does what it is told and says how it went, so that whoever serves is not slowed by whoever
// asks. Ends with the process that started it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { receive } from '../stack/receive.ts'
import { listSegments, openArchive, type Visitor } from '../stack/visitor.ts'
import { type Order, parseQuestion, type Reply } from './order.ts'
import { watch } from './watch.ts'

const agent = new Agent({ keepAlive: true })

process.on('disconnect', () => process.exit(0))
process.on('message', (message) => {
  const { id, order } = parseQuestion(message)
  const reply = (reply: Omit<Reply, 'id'>): void => void process.send?.({ id, ...reply })
  obey(order).then(
    (answer) => reply({ answer, fault: null }),
    (error) => reply({ answer: null, fault: error instanceof Error ? error.message : String(error) }),
  )
})

async function obey(order: Order): Promise<unknown> {
  if (order.kind === 'read') return read(order)
  if (order.kind === 'by-hand') return decryptByHand(order)
  if (order.kind === 'open') return open(order.visitor, order.archiveId)
  return watch(order.viewers, order.seconds)
}

async function read({ kind: _kind, ...wanted }: Order & { kind: 'read' }): Promise<unknown> {
  const { head: _head, ...received } = await receive({ ...wanted, agent })
  return received
}

async function open(visitor: Visitor, archiveId: string): Promise<unknown> {
  const startedMs = performance.now()
  const opened = await openArchive(visitor, archiveId)
  const [first] = await listSegments(visitor, opened)
  const { isComplete, status } = await receive({
    url: `${visitor.portalUrl}${first?.path}`,
    headers: { cookie: visitor.cookie },
    agent,
  })
  if (!isComplete || status !== 200) throw new Error(`The first segment does not come: ${status}.`)
  return { totalMs: performance.now() - startedMs }
}

async function decryptByHand({ url, key, iv, file, out }: Order & { kind: 'by-hand' }): Promise<unknown> {
  const startedMs = performance.now()
  const asked = request(url)
  asked.end()
  const [response] = await once(asked, 'response')
  await pipeline(response, createWriteStream(file))
  const args = ['enc', '-d', '-aes-256-cbc', '-nopad', '-K', key, '-iv', iv, '-in', file, '-out', out]
  const openssl = spawn('openssl', args, { stdio: ['ignore', 'ignore', 'inherit'] })
  const endWithUs = (): void => void openssl.kill('SIGKILL')
  process.once('exit', endWithUs)
  const [code] = await once(openssl, 'close')
  process.removeListener('exit', endWithUs)
  if (code !== 0) throw new Error(`openssl failed (${code}).`)
  return { bytes: (await stat(out)).size, totalMs: performance.now() - startedMs }
}
