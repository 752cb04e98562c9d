import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createOutgoing } from '../outgoing/outgoing.ts'
import { createCloudStore } from './cloud.ts'
import type { ObjectStore } from './object-store.ts'
import type { StoreTiming } from './retry.ts'
import {
  reset,
  resetAfter,
  type Step,
  silence,
  stallAfter,
  startTestHost,
  status,
  type TestHost,
  withHeaders,
} from './test-host.ts'

// What is read here is what every store reads by; the recorder's cloud adds the least of its own to it.

const BYTES = new Uint8Array(randomBytes(200_000))
const IMPATIENT: StoreTiming = { tries: 4, backOffMs: 2, longestPauseMs: 20, stallMs: 150 }
const outgoing = createOutgoing({ allowPrivateHosts: ['127.0.0.1'] })
const never = new AbortController().signal

let host: TestHost
let store: ObjectStore
beforeEach(async () => {
  host = await startTestHost(BYTES)
  store = createCloudStore(async () => host.url, outgoing, IMPATIENT)
})
afterEach(() => host.close())
afterAll(() => outgoing.close())

async function read(start: number, end: number, etag = host.etag, signal = never): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of store.read('a', { start, end }, { etag, versionId: null }, signal))
    chunks.push(chunk)
  return new Uint8Array(Buffer.concat(chunks))
}

function code(expected: string): object {
  return { name: 'AppError', code: expected }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5)
}

describe('a read', () => {
  test('gives exactly the bytes of the range', async () => {
    expect(await read(0, 200_000)).toEqual(BYTES)
    expect(await read(17, 18)).toEqual(BYTES.slice(17, 18))
    expect(await read(199_999, 200_000)).toEqual(BYTES.slice(199_999))
    expect(host.asked).toEqual(['bytes=0-199999', 'bytes=17-17', 'bytes=199999-199999'])
  })

  test('asks nothing for no bytes', async () => {
    expect(await read(5, 5)).toHaveLength(0)
    expect(host.asked).toEqual([])
  })

  test('uses a connection again once it has read to the end', async () => {
    const ports = new Set<number | undefined>()
    const notePort: Step = (request, response) => {
      ports.add(request.socket.remotePort)
      host.answer(request, response)
    }
    host.steps.push(...Array.from({ length: 8 }, () => notePort))
    for (let n = 0; n < 8; n++) await read(n * 1000, n * 1000 + 100_000)
    expect(ports.size).toBeLessThanOrEqual(2)
  })
})

describe('a failing store', () => {
  test.each([
    ['500', status(500)],
    ['503 SlowDown', status(503, '<Error><Code>SlowDown</Code></Error>')],
    ['502', status(502)],
    ['429 with Retry-After', status(429, '', { 'retry-after': '1' })],
    ['a reset', reset],
    ['a reset before the first byte', resetAfter(0)],
    ['silence', silence],
  ] as [string, Step][])('is asked again after %s', async (_name, step) => {
    host.steps.push(step, step, step)
    expect(await read(10, 5000)).toEqual(BYTES.slice(10, 5000))
    expect(host.asked).toEqual(Array.from({ length: 4 }, () => 'bytes=10-4999'))
  })

  test('is asked four times and no more', async () => {
    host.steps.push(...Array.from({ length: 10 }, () => status(503)))
    await expect(read(0, 10)).rejects.toMatchObject(code('storage-unavailable'))
    expect(host.asked).toHaveLength(4)
  })

  test('that breaks off is asked for what is missing', async () => {
    host.steps.push(resetAfter(70_000), resetAfter(1), resetAfter(50_000))
    expect(await read(100, 200_000)).toEqual(BYTES.slice(100))
    expect(host.asked).toEqual([
      'bytes=100-199999',
      'bytes=70100-199999',
      'bytes=70101-199999',
      'bytes=120101-199999',
    ])
  })

  test('that stalls midway is left, and asked for what is missing', async () => {
    host.steps.push(stallAfter(30_000))
    expect(await read(0, 100_000)).toEqual(BYTES.slice(0, 100_000))
    expect(host.asked).toEqual(['bytes=0-99999', 'bytes=30000-99999'])
    expect(host.hungUp()).toBe(1)
  })

  test('that gives a byte at a time is not asked for ever', async () => {
    host.steps.push(...Array.from({ length: 300 }, () => resetAfter(1)))
    await expect(read(0, 1000)).rejects.toMatchObject(code('storage-unavailable'))
    expect(host.asked.length).toBeLessThan(80)
  })

  test('that cannot be reached says so without its address', async () => {
    await host.close()
    const failure = await read(0, 10).catch((error: unknown) => error)
    expect(failure).toMatchObject(code('storage-unavailable'))
    expect(failure).toMatchObject({ detail: 'No answer comes from the recorder’s cloud (ECONNREFUSED).' })
    host = await startTestHost(BYTES)
  })

  test('whatever its faults, gives every byte once', async () => {
    const fault = fc.oneof(
      fc.nat(3000).map((count) => resetAfter(count)),
      fc.constantFrom(status(500), status(503), status(429), reset),
    )
    // Three in a row are borne, and each is followed by some bytes.
    const faults = fc.array(fc.tuple(fc.array(fault, { maxLength: 2 }), fc.integer({ min: 1, max: 3000 })), {
      maxLength: 12,
    })
    await fc.assert(
      fc.asyncProperty(
        fc.nat(190_000),
        fc.integer({ min: 1, max: 10_000 }),
        faults,
        async (start, length, storms) => {
          host.steps.splice(0)
          for (const [storm, progress] of storms) host.steps.push(...storm, resetAfter(progress))
          expect(await read(start, start + length)).toEqual(BYTES.slice(start, start + length))
        },
      ),
      { numRuns: 150 },
    )
  })
})

describe('an answer that was not asked for', () => {
  test.each([
    [
      'the whole',
      (request, response) => {
        request.headers.range = undefined
        host.answer(request, response)
      },
    ],
    ['another part', withHeaders({ 'content-range': 'bytes 11-5000/200000' })],
    ['a part without its range', withHeaders({ 'content-range': null })],
    ['a part of an unknown whole', withHeaders({ 'content-range': 'bytes 10-4999/*' })],
    ['a part in another unit', withHeaders({ 'content-range': 'items 10-4999/200000' })],
    ['a shorter part', withHeaders({ 'content-range': 'bytes 10-4998/200000' })],
    ['a part longer than the whole', withHeaders({ 'content-range': 'bytes 10-4999/4000' })],
    ['a redirect', status(302, '', { location: 'http://169.254.169.254/' })],
    ['a teapot', status(418)],
    ['no content', status(204)],
  ] as [string, Step][])('is refused: %s', async (_name, step) => {
    host.steps.push(step)
    await expect(read(10, 5000)).rejects.toMatchObject(code('storage-misbehaved'))
    expect(host.asked).toHaveLength(1)
  })

  test('is refused when its length belies its range', async () => {
    host.steps.push((_request, response) => {
      response.writeHead(206, {
        'content-range': 'bytes 10-4999/200000',
        'content-length': '10',
        etag: host.etag,
      })
      response.end('0123456789')
    })
    await expect(read(10, 5000)).rejects.toMatchObject(code('storage-misbehaved'))
  })

  test.each([
    ['fewer', 4000],
    ['more', 6000],
  ])('is refused when %s bytes come than were announced', async (_name, length) => {
    host.steps.push((_request, response) => {
      response.writeHead(206, { 'content-range': 'bytes 10-4999/200000', etag: host.etag })
      response.end(BYTES.subarray(10, 10 + length))
    })
    await expect(read(10, 5000)).rejects.toMatchObject(code('storage-misbehaved'))
  })

  test('is a cut file when the file ends before the range', async () => {
    await expect(read(150_000, 200_001)).rejects.toMatchObject(code('archive-cut'))
    await expect(read(200_000, 200_001)).rejects.toMatchObject(code('archive-cut'))
  })
})

describe('a pin', () => {
  test('that does not hold is told at once', async () => {
    await expect(read(0, 10, '"another"')).rejects.toMatchObject(code('archive-changed'))
    expect(host.asked).toHaveLength(1)
  })

  test('is held against a store that does not mind If-Match', async () => {
    host.steps.push(withHeaders({ etag: '"another"' }))
    await expect(read(0, 10)).rejects.toMatchObject(code('archive-changed'))
  })

  test('holds in the middle too', async () => {
    host.steps.push(resetAfter(100), status(412))
    const chunks: Uint8Array[] = []
    const reading = (async () => {
      for await (const chunk of store.read(
        'a',
        { start: 0, end: 1000 },
        { etag: host.etag, versionId: null },
        never,
      ))
        chunks.push(chunk)
    })()
    await expect(reading).rejects.toMatchObject(code('archive-changed'))
    expect(Buffer.concat(chunks)).toEqual(Buffer.from(BYTES.slice(0, 100)))
  })

  test('is what the first answer says when there was none', async () => {
    const pins: (string | undefined)[] = []
    const notePin =
      (then: Step): Step =>
      (request, response) => {
        pins.push(request.headers['if-match'])
        then(request, response, host)
      }
    host.steps.push(notePin(resetAfter(100)), notePin(status(503)), notePin(host.answer))
    expect(await read(0, 1000, '')).toEqual(BYTES.slice(0, 1000))
    expect(pins).toEqual([undefined, host.etag, host.etag])
  })
})

describe('who stops reading', () => {
  const pin = () => ({ etag: host.etag, versionId: null })

  test('ends the connection by leaving the loop', async () => {
    host.steps.push(stallAfter(1000))
    for await (const chunk of store.read('a', { start: 0, end: 100_000 }, pin(), never)) {
      expect(chunk.length).toBeGreaterThan(0)
      break
    }
    await until(() => host.hungUp() === 1)
    expect(host.asked).toHaveLength(1)
  })

  test('ends the connection by return() while a chunk is waited for', async () => {
    store = createCloudStore(async () => host.url, outgoing)
    host.steps.push(stallAfter(1000))
    const chunks = store.read('a', { start: 0, end: 100_000 }, pin(), never)[Symbol.asyncIterator]()
    await chunks.next()
    const waiting = expect(chunks.next()).rejects.toThrow()
    await chunks.return?.()
    await waiting
    await until(() => host.hungUp() === 1)
    expect(await chunks.next()).toEqual({ done: true, value: undefined })
  })

  test.each([
    ['before the answer', silence, 1],
    ['midway', stallAfter(1000), 1],
    ['between two attempts', status(503, '', { 'retry-after': '60' }), 0],
  ] as [string, Step, number][])(
    'ends it by the signal, %s, with the signal’s reason',
    async (_name, step, connections) => {
      store = createCloudStore(async () => host.url, outgoing, {
        ...IMPATIENT,
        longestPauseMs: 60_000,
        stallMs: 60_000,
      })
      host.steps.push(step)
      const stopping = new AbortController()
      const reason = new Error('enough')
      const reading = expect(read(0, 100_000, host.etag, stopping.signal)).rejects.toBe(reason)
      await until(() => host.asked.length === 1)
      await sleep(30)
      stopping.abort(reason)
      await reading
      await until(() => host.hungUp() === connections)
      expect(host.asked).toHaveLength(1)
    },
  )

  test('ends it by the signal although no chunk is waited for', async () => {
    host.steps.push(stallAfter(1000))
    const stopping = new AbortController()
    const reading = store.read('a', { start: 0, end: 100_000 }, pin(), stopping.signal)
    const chunks = reading[Symbol.asyncIterator]()
    await chunks.next()
    stopping.abort(new Error('enough'))
    await until(() => host.hungUp() === 1)
    await expect(chunks.next()).rejects.toThrow('enough')
    expect(host.asked).toHaveLength(1)
  })

  test('was gone before: nothing is asked', async () => {
    await expect(read(0, 10, host.etag, AbortSignal.abort())).rejects.toThrow()
    expect(host.asked).toEqual([])
  })

  test('by pausing does not count as a stall, and loses nothing', async () => {
    const big = new Uint8Array(randomBytes(4_000_000))
    await host.close()
    host = await startTestHost(big)
    const chunks: Uint8Array[] = []
    for await (const chunk of store.read('a', { start: 0, end: big.length }, pin(), never)) {
      if (chunks.length < 2) await sleep(400)
      chunks.push(chunk)
    }
    expect(Buffer.compare(Buffer.concat(chunks), big)).toBe(0)
    expect(host.asked).toHaveLength(1)
  })
})
