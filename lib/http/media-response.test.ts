import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError } from '../errors.ts'
import type { ByteRange, ReadRange } from './byte-range.ts'
import { createMediaResponse } from './media-response.ts'

const BYTES = Uint8Array.from({ length: 1000 }, (_, index) => index % 251)

type Seen = { opened: ByteRange[]; returned: number; signal: AbortSignal | null }

/** A source over BYTES in pieces, that tells how it was used. */
function watchedSource(
  pieceBytes: number,
  trouble: (at: number, signal: AbortSignal) => Promise<void> = async () => {},
) {
  const seen: Seen = { opened: [], returned: 0, signal: null }
  const read: ReadRange = async function* (range, signal) {
    seen.opened.push(range)
    seen.signal = signal
    try {
      for (let at = range.start; at < range.end; at += pieceBytes) {
        await trouble(at, signal)
        yield BYTES.subarray(at, Math.min(at + pieceBytes, range.end))
      }
    } finally {
      seen.returned += 1
    }
  }
  return { read, seen, media: { read, sizeBytes: BYTES.length, contentType: 'video/mp4' } }
}

function ask(headers: Record<string, string> = {}, init: RequestInit = {}): Request {
  return new Request('http://localhost/viewings/1/media', { ...init, headers })
}

async function bytesOf(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer())
}

/** Waits for what is about to be so; fails by the test's own time limit. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5)
}

describe('createMediaResponse', () => {
  test('answers the whole', async () => {
    const { media, seen } = watchedSource(64)
    const response = await createMediaResponse(media, ask())
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toEqual({
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-store',
      'content-length': '1000',
      'content-type': 'video/mp4',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    })
    expect(await bytesOf(response)).toEqual(BYTES)
    expect(seen.returned).toBe(1)
  })

  test('answers a part, and opens no more than that', async () => {
    const { media, seen } = watchedSource(64)
    const response = await createMediaResponse(media, ask({ range: 'bytes=10-19' }))
    expect(response.status).toBe(206)
    expect(response.headers.get('content-range')).toBe('bytes 10-19/1000')
    expect(response.headers.get('content-length')).toBe('10')
    expect(await bytesOf(response)).toEqual(BYTES.slice(10, 20))
    expect(seen.opened).toEqual([{ start: 10, end: 20 }])
  })

  test('answers what lies beyond the end by a problem and the size', async () => {
    const { media, seen } = watchedSource(64)
    const response = await createMediaResponse(media, ask({ range: 'bytes=1000-' }))
    expect(response.status).toBe(416)
    expect(response.headers.get('content-range')).toBe('bytes */1000')
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ status: 416, code: 'range-not-satisfiable' })
    expect(seen.opened).toEqual([])
  })

  test.each([
    [{}, 200, null, '1000'],
    [{ range: 'bytes=0-0' }, 206, 'bytes 0-0/1000', '1'],
    [{ range: 'bytes=5000-' }, 416, 'bytes */1000', null],
  ] as const)('answers a HEAD with %o without opening the source', async (headers, status, range, length) => {
    const { media, seen } = watchedSource(64)
    const response = await createMediaResponse(media, ask(headers, { method: 'HEAD' }))
    expect(response.status).toBe(status)
    expect(response.headers.get('content-range')).toBe(range)
    expect(response.headers.get('content-length')).toBe(length)
    expect(response.body).toBeNull()
    expect(seen.opened).toEqual([])
  })

  test.each(['bytes=5-4', 'bytes=0-1,4-5', 'lines=1-2', 'bytes=x'])(
    'answers %s with the whole',
    async (range) => {
      const response = await createMediaResponse(watchedSource(100).media, ask({ range }))
      expect(response.status).toBe(200)
      expect(response.headers.get('content-range')).toBeNull()
      expect(await bytesOf(response)).toEqual(BYTES)
    },
  )

  test('answers a conditional range with the whole, having given nothing to hold it by', async () => {
    const response = await createMediaResponse(
      watchedSource(100).media,
      ask({ range: 'bytes=0-1', 'if-range': '"abc"' }),
    )
    expect(response.status).toBe(200)
    expect(response.headers.get('etag')).toBeNull()
  })

  test('answers an empty file without opening it', async () => {
    const { read, seen } = watchedSource(64)
    const media = { read, sizeBytes: 0, contentType: 'video/mp4' }
    const response = await createMediaResponse(media, ask())
    expect(response.status).toBe(200)
    expect(response.headers.get('content-length')).toBe('0')
    expect((await createMediaResponse(media, ask({ range: 'bytes=0-' }))).status).toBe(416)
    expect(seen.opened).toEqual([])
  })

  test('takes further headers, but not in place of its own', async () => {
    const { media } = watchedSource(100)
    const headers = { 'Content-Disposition': 'attachment; filename="a.mp4"', 'Cache-Control': 'public' }
    const response = await createMediaResponse({ ...media, headers }, ask())
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="a.mp4"')
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    await response.body?.cancel()
  })

  test('gives exactly the bytes asked for, whatever the pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(999),
        fc.nat(999),
        fc.integer({ min: 1, max: 300 }),
        async (a, b, pieceBytes) => {
          const [first, last] = a < b ? [a, b] : [b, a]
          const { media } = watchedSource(pieceBytes)
          const response = await createMediaResponse(media, ask({ range: `bytes=${first}-${last}` }))
          expect(await bytesOf(response)).toEqual(BYTES.slice(first, last + 1))
        },
      ),
    )
  })
})

describe('a source that fails', () => {
  test('before its first byte is an error with its own status', async () => {
    const { media, seen } = watchedSource(100, async () => {
      throw new AppError('archive-changed')
    })
    await expect(createMediaResponse(media, ask())).rejects.toMatchObject({ code: 'archive-changed' })
    expect(seen.signal?.aborted).toBe(true)
  })

  test('midway breaks the body and is let go', async () => {
    const { media, seen } = watchedSource(100, async (at) => {
      if (at >= 500) throw new AppError('storage-unavailable')
    })
    const response = await createMediaResponse(media, ask())
    await expect(bytesOf(response)).rejects.toMatchObject({ code: 'storage-unavailable' })
    expect(seen.returned).toBe(1)
    expect(seen.signal?.aborted).toBe(true)
  })

  test('by ending early breaks the body too', async () => {
    const read: ReadRange = async function* () {
      yield BYTES.subarray(0, 10)
    }
    const response = await createMediaResponse({ read, sizeBytes: 20, contentType: 'video/mp4' }, ask())
    await expect(bytesOf(response)).rejects.toThrow('10 bytes where 20 were announced')
  })

  test('by giving too much breaks the body before the surplus is sent', async () => {
    const read: ReadRange = async function* () {
      yield BYTES.subarray(0, 10)
      yield BYTES.subarray(10, 30)
    }
    const response = await createMediaResponse({ read, sizeBytes: 20, contentType: 'video/mp4' }, ask())
    await expect(bytesOf(response)).rejects.toThrow('30 bytes where 20 were announced')
  })
})

describe('a reader who hangs up', () => {
  test('lets the source go', async () => {
    const { media, seen } = watchedSource(100)
    const response = await createMediaResponse({ ...media, sizeBytes: 1000 }, ask())
    const reader = response.body?.getReader()
    await reader?.read()
    await reader?.cancel()
    expect(seen.signal?.aborted).toBe(true)
  })

  test('lets the source go while it is waiting for a chunk', async () => {
    const { media, seen } = watchedSource(100, async (at, signal) => {
      if (at > 0) await sleep(60_000, undefined, { signal })
    })
    const response = await createMediaResponse(media, ask())
    const reader = response.body?.getReader()
    await reader?.read()
    await reader?.cancel()
    await until(() => seen.returned === 1)
    expect(seen.signal?.aborted).toBe(true)
  })

  test('lets the source go by the request’s own signal, before and after the first byte', async () => {
    for (const stuckAt of [0, 100]) {
      const { media, seen } = watchedSource(100, async (at, signal) => {
        if (at === stuckAt) await sleep(60_000, undefined, { signal })
      })
      const hangingUp = new AbortController()
      const answering = createMediaResponse(media, ask({}, { signal: hangingUp.signal })).then((response) =>
        bytesOf(response),
      )
      const broken = expect(answering).rejects.toThrow()
      await until(() => seen.opened.length === 1)
      hangingUp.abort()
      await broken
      expect(seen.returned).toBe(1)
    }
  })

  test('lets the source go although nobody reads any more', async () => {
    const big = new Uint8Array(256 * 1024)
    let returned = 0
    const read: ReadRange = async function* () {
      try {
        for (;;) yield big
      } finally {
        returned += 1
      }
    }
    const hangingUp = new AbortController()
    await createMediaResponse(
      { read, sizeBytes: 1e12, contentType: 'video/mp4' },
      ask({}, { signal: hangingUp.signal }),
    )
    hangingUp.abort()
    await until(() => returned === 1)
    expect(returned).toBe(1)
  })

  test('who was gone before is not opened for', async () => {
    const { media, seen } = watchedSource(100)
    await expect(createMediaResponse(media, ask({}, { signal: AbortSignal.abort() }))).rejects.toThrow()
    expect(seen.opened).toEqual([])
  })
})

describe('a slow reader', () => {
  test('holds the source back', async () => {
    const piece = new Uint8Array(16 * 1024)
    let given = 0
    const read: ReadRange = async function* () {
      for (;;) {
        given += piece.length
        yield piece
      }
    }
    const response = await createMediaResponse({ read, sizeBytes: 1e12, contentType: 'video/mp4' }, ask())
    await sleep(50)
    expect(given).toBeLessThanOrEqual(96 * 1024)
    await response.body?.cancel()
  })
})

describe('over a real connection', () => {
  /** Passes the body on as the framework does. */
  async function serve(media: Parameters<typeof createMediaResponse>[0]) {
    const server = http.createServer(async (incoming, outgoing) => {
      const closed = new AbortController()
      outgoing.on('close', () => closed.abort())
      const response = await createMediaResponse(
        media,
        ask({}, { signal: closed.signal, method: incoming.method ?? 'GET' }),
      )
      outgoing.writeHead(response.status, Object.fromEntries(response.headers))
      outgoing.flushHeaders()
      await response.body
        ?.pipeTo(
          new WritableStream({
            write: (chunk) => void outgoing.write(chunk),
            abort: (reason) => void outgoing.destroy(reason),
            close: () => void outgoing.end(),
          }),
        )
        .catch(() => {})
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    return { url: `http://127.0.0.1:${port}/`, close: () => server.close() }
  }

  test('a failure midway is a broken connection', async () => {
    const { media } = watchedSource(100, async (at) => {
      if (at < 500) return
      await sleep(50)
      throw new AppError('storage-unavailable')
    })
    const { url, close } = await serve(media)
    const response = await fetch(url)
    await expect(response.arrayBuffer()).rejects.toThrow()
    close()
  })

  test('a client that hangs up lets the source go', async () => {
    const { media, seen } = watchedSource(100, async (at, signal) => {
      if (at >= 500) await sleep(60_000, undefined, { signal })
    })
    const { url, close } = await serve(media)
    const hangingUp = new AbortController()
    const response = await fetch(url, { signal: hangingUp.signal })
    await response.body?.getReader().read()
    hangingUp.abort()
    await until(() => seen.returned === 1)
    expect(seen.signal?.aborted).toBe(true)
    close()
  })
})
