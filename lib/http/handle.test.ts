import { describe, expect, test } from 'vitest'
import { AppError } from '../errors.ts'
import { type Door, handle } from './handle.ts'
import { json, readJson } from './json.ts'

const origin = 'https://recordroom.bank.test'
const address = `${origin}/things`
const context = { params: Promise.resolve({}) }

const open = () => {
  const logged: { level: string; facts: object; message: string }[] = []
  const door: Door = {
    origin,
    log: {
      info: (facts, message) => logged.push({ level: 'info', facts, message }),
      error: (facts, message) => logged.push({ level: 'error', facts, message }),
    },
    isDatabaseGone: (error) => error instanceof Error && error.message === 'gone',
  }
  return { door, logged }
}

const run = (request: Request, handler: (request: Request) => Promise<Response>, door = open().door) =>
  handle(handler, door, [request, context])

const failing = (error: unknown) => async (): Promise<Response> => {
  throw error
}

describe('an answer', () => {
  test('is kept to its reader', async () => {
    const response = await run(new Request(address), async () => json({ a: new Date(0) }))
    expect(await response.json()).toEqual({ a: '1970-01-01T00:00:00.000Z' })
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
    })
  })

  test('keeps headers of its own', async () => {
    const response = await run(
      new Request(address),
      async () => new Response(null, { status: 201, headers: { 'Cache-Control': 'no-cache' } }),
    )
    expect([response.status, response.headers.get('cache-control')]).toEqual([201, 'no-cache'])
  })

  test('tells its length by a name that is not dropped on the way out', async () => {
    const response = await run(
      new Request(address),
      async () => new Response('ten bytes.', { headers: { 'Content-Length': '10' } }),
    )
    expect(response.headers.get('x-recordroom-length')).toBe('10')
  })

  test('may have no body', async () => {
    const response = await run(new Request(address), async () => new Response(null, { status: 204 }))
    expect(response.status).toBe(204)
  })
})

describe('an error', () => {
  test('known becomes a problem with its code, and its facts stay here', async () => {
    const { door, logged } = open()
    const error = new AppError('archive-missing', 'The file is gone.', { facts: { bucket: 'calls' } })
    const request = new Request(address, { headers: { 'x-recordroom-request-id': 'r-1' } })
    const response = await run(request, failing(error), door)
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toEqual({
      type: 'about:blank#archive-missing',
      title: 'The file is gone from storage.',
      status: 404,
      code: 'archive-missing',
      detail: 'The file is gone.',
      requestId: 'r-1',
    })
    expect(logged).toMatchObject([{ level: 'info', facts: { bucket: 'calls', requestId: 'r-1' } }])
  })

  test('unknown says nothing of itself, and is logged', async () => {
    const { door, logged } = open()
    const response = await run(new Request(address), failing(new Error('password is hunter2')), door)
    const text = await response.text()
    expect(response.status).toBe(500)
    expect(text).toContain('"internal"')
    expect(text).not.toContain('hunter2')
    expect(logged).toMatchObject([{ level: 'error' }])
  })

  test('of a database that is gone is 503', async () => {
    const response = await run(new Request(address), failing(new Error('gone')))
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ code: 'audit-unavailable' })
  })

  test('that limits says when to come back', async () => {
    const error = new AppError('rate-limited', 'Wait.', { facts: { retryAfterSeconds: 17 } })
    const response = await run(new Request(address), failing(error))
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '17'])
  })

  test('after the client hung up is none', async () => {
    const { door, logged } = open()
    const request = new Request(address, { signal: AbortSignal.abort() })
    const response = await run(request, failing(new DOMException('aborted', 'AbortError')), door)
    expect(response.status).toBe(499)
    expect(logged).toEqual([])
  })

  test('by which the framework steers passes through', async () => {
    const signal = Object.assign(new Error('NEXT_REDIRECT'), {
      digest: 'NEXT_REDIRECT;replace;/sign-in;307;',
    })
    await expect(run(new Request(address), failing(signal))).rejects.toBe(signal)
  })
})

describe('a change', () => {
  const change = (headers: Record<string, string>, method = 'POST') =>
    run(new Request(address, { method, headers }), async () => json({}))

  test.each([
    [{ origin }],
    [{ 'sec-fetch-site': 'same-origin' }],
    [{ origin, 'sec-fetch-site': 'same-origin' }],
  ])('with %j is taken', async (headers) => {
    expect((await change(headers)).status).toBe(200)
  })

  test.each([
    [{}],
    [{ origin: 'https://evil.test' }],
    [{ origin: 'null' }],
    [{ origin: `${origin}.evil.test` }],
    [{ origin: 'http://recordroom.bank.test' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ 'sec-fetch-site': 'none' }],
    [{ origin, 'sec-fetch-site': 'cross-site' }],
    [{ origin: 'https://evil.test', 'sec-fetch-site': 'same-origin' }],
  ])('with %j is refused', async (headers) => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const response = await change(headers, method)
      expect([response.status, (await response.json()).code]).toEqual([403, 'origin-refused'])
    }
  })

  test('is what GET is not', async () => {
    const response = await run(new Request(address, { headers: { origin: 'https://evil.test' } }), async () =>
      json({}),
    )
    expect(response.status).toBe(200)
  })
})

describe('JSON that comes in', () => {
  const send = (body: BodyInit, type = 'application/json', maxBytes?: number) =>
    run(
      new Request(address, { method: 'POST', body, headers: { origin, 'content-type': type } }),
      async (request) => json(await readJson(request, maxBytes)),
    )
  const codeOf = async (response: Response): Promise<unknown> => (await response.json()).code

  test('is read', async () => {
    const response = await send('{"a": "é"}', 'application/json; charset=utf-8')
    expect(await response.json()).toEqual({ a: 'é' })
  })

  test('of another type is refused', async () => {
    expect(await codeOf(await send('{}', 'text/plain'))).toBe('request-invalid')
    expect(await codeOf(await send('a=b', 'application/x-www-form-urlencoded'))).toBe('request-invalid')
  })

  test('that is none is refused', async () => {
    expect(await codeOf(await send('{"a":'))).toBe('request-invalid')
    expect(await codeOf(await send(new Uint8Array([0x22, 0xff, 0x22])))).toBe('request-invalid')
  })

  test('of more than 64 KiB is refused', async () => {
    const response = await send(JSON.stringify('x'.repeat(65_536)))
    expect([response.status, await codeOf(response)]).toEqual([413, 'request-too-large'])
    expect((await send(JSON.stringify('x'.repeat(60_000)))).status).toBe(200)
  })

  test('that does not say how long it is is still bounded', async () => {
    let sentChunks = 0
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sentChunks += 1
        controller.enqueue(new Uint8Array(16_384))
      },
    })
    const request = new Request(address, {
      method: 'POST',
      body: endless,
      headers: { origin, 'content-type': 'application/json' },
      ...{ duplex: 'half' },
    })
    const response = await run(request, async (given) => json(await readJson(given)))
    expect(response.status).toBe(413)
    expect(sentChunks).toBeLessThan(10)
  })
})
