import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import { createRequire } from 'node:module'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findFreePort } from '../../e2e/stack/free-port.ts'
import { startS3 } from '../../e2e/stack/s3.ts'
import { createOutgoing } from '../outgoing/outgoing.ts'
import { createAzureStore } from './azure.ts'
import { createCloudStore } from './cloud.ts'
import type { ObjectFacts, ObjectStore } from './object-store.ts'
import type { StoreTiming } from './retry.ts'
import { createS3Store } from './s3.ts'
import { startTestHost, type TestHost } from './test-host.ts'

const KEY = '46201502/0c7a-(ä) b+c/archive.ts'
const BYTES = new Uint8Array(randomBytes(300_000))
const IMPATIENT: StoreTiming = { tries: 4, backOffMs: 2, longestPauseMs: 20, stallMs: 2_000 }
const outgoing = createOutgoing({ allowPrivateHosts: ['127.0.0.1'] })
const { signal } = new AbortController()
afterAll(() => outgoing.close())

/** A store that holds BYTES under KEY and nothing else but an empty file, met through `rude`. */
type Place = { store: ObjectStore; change(): Promise<void>; stop(): Promise<void> }

/** What happens to an answer on its way: nothing, a status in its place, or a break after so many bytes. */
type Fault = { kind: 'status'; status: number } | { kind: 'break'; afterBytes: number }

/** A proxy in front of a real store that passes requests on as they are, Host and all, and answers back by its faults. */
async function startRudeProxy(upstreamPort: () => number) {
  const faults: Fault[] = []
  const server = http.createServer((request, response) => {
    const fault = faults.shift()
    if (fault?.kind === 'status') return void response.writeHead(fault.status).end()
    const { method, url, headers } = request
    const options = { host: '127.0.0.1', port: upstreamPort(), method, path: url, headers }
    http
      .request(options, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers)
        if (fault === undefined) return void answer.pipe(response)
        let leftBytes = fault.afterBytes
        answer.on('data', (chunk: Buffer) => {
          const part = chunk.subarray(0, leftBytes)
          leftBytes -= part.length
          response.write(part, () => leftBytes === 0 && request.socket.end())
        })
        answer.on('end', () => response.end())
      })
      .on('error', () => response.destroy())
      .end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    server.close()
  }
  return { faults, port, close }
}

type RudeProxy = Awaited<ReturnType<typeof startRudeProxy>>

async function read(store: ObjectStore, facts: ObjectFacts, start: number, end: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of store.read(KEY, { start, end }, facts, signal)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function holdsTheContract(
  name: string,
  open: (rude: RudeProxy, setPort: (port: number) => void) => Promise<Place>,
) {
  describe(name, () => {
    let rude: RudeProxy
    let place: Place
    let facts: ObjectFacts
    beforeAll(async () => {
      let upstream = 0
      rude = await startRudeProxy(() => upstream)
      place = await open(rude, (port) => {
        upstream = port
      })
      facts = await place.store.stat(KEY, signal)
    })
    afterAll(async () => {
      await place.stop()
      await rude.close()
    })

    test('tells the file’s size and what to hold it by', () => {
      expect(facts.sizeBytes).toBe(BYTES.length)
      expect(facts.etag).toMatch(/^".+"$/)
      expect(facts.coldTier).toBeNull()
    })

    test('gives the whole and its ends', async () => {
      expect(await read(place.store, facts, 0, BYTES.length)).toEqual(Buffer.from(BYTES))
      expect(await read(place.store, facts, 0, 1)).toEqual(Buffer.from(BYTES.slice(0, 1)))
      expect(await read(place.store, facts, BYTES.length - 1, BYTES.length)).toEqual(
        Buffer.from(BYTES.slice(-1)),
      )
    })

    test('gives every byte once, whatever happens on the way', async () => {
      const fault: fc.Arbitrary<Fault> = fc.oneof(
        fc.record({ kind: fc.constant('status' as const), status: fc.constantFrom(500, 502, 503, 504, 429) }),
        fc.record({ kind: fc.constant('break' as const), afterBytes: fc.integer({ min: 1, max: 40_000 }) }),
      )
      const ranges = fc.tuple(fc.nat(BYTES.length - 1), fc.integer({ min: 1, max: BYTES.length }))
      await fc.assert(
        fc.asyncProperty(ranges, fc.array(fault, { maxLength: 3 }), async ([start, length], faults) => {
          rude.faults.splice(0, Number.POSITIVE_INFINITY, ...faults)
          const end = Math.min(start + length, BYTES.length)
          const wanted = createHash('sha256').update(BYTES.subarray(start, end)).digest('hex')
          const got = await read(place.store, facts, start, end)
          expect(got.length).toBe(end - start)
          expect(createHash('sha256').update(got).digest('hex')).toBe(wanted)
        }),
        { numRuns: 60 },
      )
      rude.faults.splice(0)
    })

    test('tells a missing file, and one shorter than is read', async () => {
      await expect(place.store.stat(`${KEY}.none`, signal)).rejects.toMatchObject({ code: 'archive-missing' })
      await expect(read(place.store, facts, 0, BYTES.length + 1)).rejects.toMatchObject({
        code: 'archive-cut',
      })
    })

    test('does not give the bytes of a file that has taken its place', async () => {
      await place.change()
      await expect(read(place.store, facts, 0, 10)).rejects.toMatchObject({ code: 'archive-changed' })
      expect((await place.store.stat(KEY, signal)).etag).not.toBe(facts.etag)
    })
  })
}

const temporary: string[] = []
afterAll(() => {
  for (const folder of temporary) rmSync(folder, { recursive: true, force: true })
})

holdsTheContract('S3', async (rude, setPort) => {
  const folder = mkdtempSync(join(tmpdir(), 'recordroom-s3-'))
  temporary.push(folder)
  const keys = { accessKeyId: 'AKIAREADER', secretAccessKey: 'a reader’s secret/+=' }
  const server = await startS3({ folder, keys: [{ ...keys, buckets: ['calls'] }], region: 'eu-central-1' })
  setPort(server.port)
  await server.objects.createBucket('calls')
  const put = (bytes: Uint8Array) =>
    server.objects.put('calls', KEY, {
      body: Readable.from([bytes]),
      sha256: null,
      contentType: 'application/octet-stream',
      meta: {},
    })
  await put(BYTES)
  const endpoint = `http://127.0.0.1:${rude.port}`
  const settings = { ...keys, bucket: 'calls', region: 'eu-central-1', endpoint, roleArn: null }
  return {
    store: createS3Store(settings, outgoing, IMPATIENT),
    change: async () => {
      await put(new Uint8Array(randomBytes(BYTES.length)))
    },
    stop: () => server.stop(),
  }
})

holdsTheContract('Azure', async (rude, setPort) => {
  const upstream = await findFreePort()
  const main = createRequire(import.meta.url).resolve('azurite/dist/src/blob/main.js')
  const flags = ['--inMemoryPersistence', '--silent', '--disableTelemetry', '--skipApiVersionCheck']
  const server = spawn(process.execPath, [main, '--blobPort', String(upstream), ...flags], {
    stdio: 'ignore',
  })
  setPort(upstream)
  // The account that every Azurite knows.
  const accountName = 'devstoreaccount1'
  const accountKey =
    'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='
  const credential = new StorageSharedKeyCredential(accountName, accountKey)
  const service = new BlobServiceClient(`http://127.0.0.1:${upstream}/${accountName}`, credential)
  const container = service.getContainerClient('calls')
  await answering(upstream)
  await container.create()
  const put = (bytes: Uint8Array) => container.getBlockBlobClient(KEY).uploadData(Buffer.from(bytes))
  await put(BYTES)
  const domain = `http://127.0.0.1:${rude.port}/${accountName}`
  return {
    store: createAzureStore({ accountName, accountKey, container: 'calls', domain }, outgoing, IMPATIENT),
    change: async () => {
      await put(new Uint8Array(randomBytes(BYTES.length)))
    },
    stop: async () => {
      server.kill()
      await once(server, 'exit')
    },
  }
})

holdsTheContract('the recorder’s cloud', async (rude, setPort) => {
  const start = async (bytes: Uint8Array): Promise<TestHost> => {
    const started = await startTestHost(bytes, (request, response, here) => {
      if (request.url === '/file') here.answer(request, response)
      else response.writeHead(404).end()
    })
    setPort(Number(new URL(started.url).port))
    return started
  }
  let host = await start(BYTES)
  const findUrl = async (key: string): Promise<string> =>
    `http://127.0.0.1:${rude.port}/${key === KEY ? 'file' : 'none'}`
  return {
    store: createCloudStore(findUrl, outgoing, IMPATIENT),
    change: async () => {
      await host.close()
      host = await start(new Uint8Array(randomBytes(BYTES.length)))
    },
    stop: () => host.close(),
  }
})

/** Waits until something listens there. */
async function answering(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const reached = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false)
    socket.destroy()
    if (reached) return
    await sleep(50)
  }
}
