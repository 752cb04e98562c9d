import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AppError } from '../errors.ts'
import { createOutgoing } from '../outgoing/outgoing.ts'
import { createCloudStore } from './cloud.ts'
import type { ObjectStore } from './object-store.ts'
import type { StoreTiming } from './retry.ts'
import { resetAfter, startTestHost, status, type TestHost, withHeaders } from './test-host.ts'

const BYTES = new Uint8Array(randomBytes(50_000))
const IMPATIENT: StoreTiming = { tries: 4, backOffMs: 2, longestPauseMs: 20, stallMs: 150 }
const outgoing = createOutgoing({ allowPrivateHosts: ['127.0.0.1'] })
const { signal } = new AbortController()

let host: TestHost
let store: ObjectStore
/** Which addresses are good, and how many have been given out. */
let good: Set<string>
let given: number

beforeEach(async () => {
  good = new Set()
  given = 0
  host = await startTestHost(BYTES, (request, response) => {
    if (good.has(request.url ?? '')) return host.answer(request, response)
    response
      .writeHead(403)
      .end('<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>')
  })
  store = createCloudStore(findUrl, outgoing, IMPATIENT)
})
afterEach(() => host.close())
afterAll(() => outgoing.close())

async function findUrl(): Promise<string> {
  given += 1
  good.add(`/file?Signature=secret-${given}`)
  return `${host.url}?Signature=secret-${given}`
}

async function read(start: number, end: number, from = store): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  const pin = { etag: host.etag, versionId: null }
  for await (const chunk of from.read('a', { start, end }, pin, signal)) chunks.push(chunk)
  return new Uint8Array(Buffer.concat(chunks))
}

describe('the recorder’s cloud', () => {
  test('tells a file’s size by its first byte, never by HEAD', async () => {
    expect(await store.stat('a', signal)).toEqual({
      sizeBytes: 50_000,
      etag: host.etag,
      versionId: null,
      coldTier: null,
    })
    expect(host.asked).toEqual(['bytes=0-0'])
  })

  test('tells an empty file from a missing one', async () => {
    await host.close()
    host = await startTestHost(new Uint8Array())
    expect(await store.stat('a', signal)).toMatchObject({ sizeBytes: 0 })
    host.steps.push(status(200, '', { 'content-length': '0' }))
    expect(await store.stat('a', signal)).toMatchObject({ sizeBytes: 0 })
    host.steps.push(status(404), status(404))
    await expect(store.stat('a', signal)).rejects.toMatchObject({ code: 'archive-missing' })
  })

  test('takes an ETag that a cache on the way has weakened for what it is', async () => {
    host.steps.push(withHeaders({ etag: `W/${host.etag}` }))
    expect(await store.stat('a', signal)).toMatchObject({ etag: host.etag })
    const weak = { etag: `W/${host.etag}`, versionId: null }
    const chunks: Uint8Array[] = []
    for await (const chunk of store.read('a', { start: 10, end: 20 }, weak, signal)) chunks.push(chunk)
    expect(new Uint8Array(Buffer.concat(chunks))).toEqual(BYTES.slice(10, 20))
  })

  test('pins nothing where the host gives no ETag', async () => {
    host.steps.push(withHeaders({ etag: null }))
    expect(await store.stat('a', signal)).toMatchObject({ etag: '' })
  })

  test('asks for an address once while it is good', async () => {
    await Promise.all([store.stat('a', signal)])
    await Promise.all([read(0, 10), read(10, 20), read(20, 50_000)])
    expect(given).toBe(1)
  })

  test('asks for a new one when it has run out, and reads on', async () => {
    await read(0, 10)
    good.clear()
    expect(await read(10, 500)).toEqual(BYTES.slice(10, 500))
    expect(given).toBe(2)
  })

  test('asks for a new one midway, and goes on with the next missing byte', async () => {
    host.steps.push((request, response) => {
      resetAfter(20_000)(request, response, host)
      good.clear()
    })
    expect(await read(0, 50_000)).toEqual(BYTES)
    expect(given).toBe(2)
    expect(host.asked).toEqual(['bytes=0-49999', 'bytes=20000-49999', 'bytes=20000-49999'])
  })

  test('believes a host that refuses an address just made', async () => {
    const refused = createCloudStore(async () => `${host.url}?never=good`, outgoing, IMPATIENT)
    await expect(read(0, 10, refused)).rejects.toMatchObject({ code: 'storage-forbidden' })
    expect(host.asked).toHaveLength(1)
  })

  test('passes the recorder’s own refusal on', async () => {
    const expired = createCloudStore(
      async () => {
        throw new AppError('archive-expired')
      },
      outgoing,
      IMPATIENT,
    )
    await expect(read(0, 10, expired)).rejects.toMatchObject({ code: 'archive-expired' })
    await expect(expired.stat('a', signal)).rejects.toMatchObject({ code: 'archive-expired' })
  })

  test('keeps the address out of every error', async () => {
    const answers = [403, 404, 418, 302, 500, 412, 416].map((code) => status(code, 'secret-1'))
    const failures: unknown[] = []
    for (const answer of answers) {
      host.steps.push(...Array.from({ length: 4 }, () => answer))
      failures.push(await read(0, 10).catch((error: unknown) => error))
      host.steps.splice(0)
    }
    await host.close()
    failures.push(await read(0, 10).catch((error: unknown) => error))
    const broken = createCloudStore(async () => 'https://[secret-1/', outgoing, IMPATIENT)
    failures.push(await read(0, 10, broken).catch((error: unknown) => error))
    const elsewhere = createCloudStore(async () => 'http://10.0.0.1/?secret-1', outgoing, IMPATIENT)
    failures.push(await read(0, 10, elsewhere).catch((error: unknown) => error))
    host = await startTestHost(BYTES)

    expect(failures).toHaveLength(10)
    for (const failure of failures) {
      expect(failure).toBeInstanceOf(AppError)
      if (!(failure instanceof AppError)) continue
      const told = [
        failure.message,
        failure.detail,
        failure.stack,
        JSON.stringify(failure.facts),
        failure.cause,
      ]
      expect(told.join(' ')).not.toContain('secret')
    }
    expect(failures.at(-1)).toMatchObject({ code: 'address-refused' })
    expect(failures.at(-2)).toMatchObject({ code: 'recorder-misbehaved' })
  })
})
