import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { GOOD_BEHAVIOUR } from './recorder/behaviour.ts'
import { type Recorder, startRecorder } from './recorder.ts'
import { createSessionId } from './session-id.ts'

const folder = mkdtempSync(join(tmpdir(), 'recordroom-test-'))
const apiKey = '46201502'
const apiSecret = 'a project’s secret'
const available = 'b67d02b5-c32e-4ea8-b82a-ba6c89edde59'
const encrypted = '04e37958-5ba0-44d6-9e66-a733de3f11aa'
const failed = '3497776c-2c82-4512-a5da-70c0a36b8013'
const old = 'a0bf6979-3d98-4758-9c57-e7d2a17f9d00'
const sessionId = createSessionId(apiKey, new Date(), 'one')
const hourAgoMs = Date.now() - 3_600_000 + 123
let recorder: Recorder

type Archive = Record<string, unknown> & { id: string; url: string | null; createdAt: number }

// The package comes without types; this is the part of it that is used here.
type Sdk = {
  listArchives(options: object, done: (error: Error | null, archives: Archive[], count: number) => void): void
  getArchive(id: string, done: (error: Error | null, archive: Archive) => void): void
  startArchive(
    sessionId: string,
    options: object,
    done: (error: Error | null, archive: Archive) => void,
  ): void
  stopArchive(id: string, done: (error: Error | null, archive: Archive) => void): void
  deleteArchive(id: string, done: (error: Error | null) => void): void
  createSession(done: (error: Error | null, session: { sessionId: string }) => void): void
}

type SdkFactory = (apiKey: string, apiSecret: string, apiUrl: string) => Sdk

const createSdk: SdkFactory = createRequire(import.meta.url)('opentok')

function sdk(secret = apiSecret, key = apiKey): Sdk {
  return createSdk(key, secret, recorder.apiUrl)
}

function call<T>(use: (done: (error: Error | null, value: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => use((error, value) => (error ? reject(error) : resolve(value))))
}

const get = (id: string): Promise<Archive> => call((done) => sdk().getArchive(id, done))
const list = (options: object): Promise<{ items: Archive[]; count: number }> =>
  new Promise((resolve, reject) =>
    sdk().listArchives(options, (error, items, count) => (error ? reject(error) : resolve({ items, count }))),
  )

beforeAll(async () => {
  recorder = await startRecorder({ projects: [{ apiKey, apiSecret }] })
  const file = join(folder, 'archive.mp4')
  writeFileSync(file, 'a recording')
  const common = { apiKey, sessionId, durationSeconds: 66, sizeBytes: 11 }
  recorder.archives.add([
    { ...common, id: old, createdAtMs: hourAgoMs - 73 * 3_600_000, status: 'available', file },
    { ...common, id: failed, createdAtMs: hourAgoMs - 3_600_000, status: 'failed', reason: 'failure' },
    { ...common, id: encrypted, createdAtMs: hourAgoMs - 1_800_000, status: 'uploaded', password: 'AAAA' },
    { ...common, id: available, createdAtMs: hourAgoMs, status: 'available', file },
  ])
})

beforeEach(() => {
  Object.assign(recorder.behaviour, GOOD_BEHAVIOUR)
  recorder.faults.set([])
})

afterAll(async () => {
  await recorder.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe('the opentok package, unmodified', () => {
  test('reads an archive', async () => {
    expect(await get(available)).toMatchObject({
      status: 'available',
      projectId: 46201502,
      partnerId: 46201502,
      createdAt: hourAgoMs - (hourAgoMs % 1000),
      duration: 66,
      url: expect.stringContaining('Expires='),
      password: '',
      event: 'archive',
    })
    expect(await get(encrypted)).toMatchObject({
      status: 'uploaded',
      duration: 0,
      url: null,
      password: 'AAAA',
    })
    expect(await get(old)).toMatchObject({ status: 'expired', url: null, size: 11 })
  })

  test('lists archives newest first, by page and by session', async () => {
    const all = await list({})
    expect(all.count).toBe(4)
    expect(all.items.map(({ id }) => id)).toEqual([available, encrypted, failed, old])
    expect((await list({ offset: 1, count: 2 })).items.map(({ id }) => id)).toEqual([encrypted, failed])
    expect((await list({ offset: 1, count: 2 })).count).toBe(4)
    expect((await list({ sessionId })).count).toBe(4)
    expect((await list({ sessionId: `${sessionId}x` })).items).toEqual([])
  })

  test('starts, stops and deletes', async () => {
    const { sessionId: made } = await call<{ sessionId: string }>((done) => sdk().createSession(done))
    const started = await call<Archive>((done) => sdk().startArchive(made, { name: 'call' }, done))
    expect(started).toMatchObject({ status: 'started', name: 'call', url: null, size: 0 })
    await expect(call((done) => sdk().startArchive(made, {}, done))).rejects.toThrow(/already|Recording/i)
    expect((await get(started.id)).createdAt % 1000).toBe(0)
    expect(await call<Archive>((done) => sdk().stopArchive(started.id, done))).toMatchObject({
      status: 'stopped',
    })
    await expect(call((done) => sdk().deleteArchive(started.id, (e) => done(e, null)))).rejects.toThrow()
    recorder.archives.change(started.id, { status: 'uploaded' })
    await call((done) => sdk().deleteArchive(started.id, (e) => done(e, null)))
    expect((await list({ sessionId: made })).items).toEqual([])
    expect((await get(started.id)).status).toBe('deleted')
  })

  test('hears that an archive or a secret is not known', async () => {
    await expect(get('00000000-0000-4000-8000-000000000000')).rejects.toThrow('Archive not found')
    await expect(call((done) => sdk('wrong').getArchive(available, done))).rejects.toThrow()
    await expect(call((done) => sdk(apiSecret, '123').getArchive(available, done))).rejects.toThrow()
  })
})

function tokenOf(claims: object, header: object = { alg: 'HS256', typ: 'JWT' }): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${encode(header)}.${encode(claims)}`
  return `${text}.${createHmac('sha256', apiSecret).update(text).digest('base64url')}`
}

function ask(
  path: string,
  options: { token?: string; method?: string; body?: string } = {},
): Promise<Response> {
  const iat = Math.floor(Date.now() / 1000)
  const token = options.token ?? tokenOf({ iss: apiKey, ist: 'project', iat, exp: iat + 180 })
  const { method = 'GET', body } = options
  const init = body === undefined ? {} : { body }
  return fetch(`${recorder.apiUrl}/v2/project/${apiKey}/archive${path}`, {
    method,
    headers: { 'x-opentok-auth': token },
    ...init,
  })
}

describe('tokens', () => {
  const iat = Math.floor(Date.now() / 1000)
  const good = { iss: apiKey, ist: 'project', iat, exp: iat + 180 }

  test('may have `ist` in the header', async () => {
    const token = tokenOf({ iss: apiKey, iat, exp: iat + 300 }, { alg: 'HS256', ist: 'project' })
    expect((await ask('', { token })).status).toBe(200)
  })

  test.each([
    ['of another issuer', tokenOf({ ...good, iss: '123' }), 'Issuer not found'],
    ['of an issuer that is no number', tokenOf({ ...good, iss: 'x' }), 'Invalid issuer format'],
    ['that have expired', tokenOf({ ...good, iat: iat - 200, exp: iat - 20 }), 'Invalid token: expired'],
    ['that live too long', tokenOf({ ...good, exp: iat + 3600 }), 'Invalid token: lifetime is too long'],
    ['without a signature', `${tokenOf(good).split('.').slice(0, 2).join('.')}.`, 'Invalid signature'],
    ['that name no algorithm', tokenOf(good, { alg: 'none' }), 'Invalid algorithm'],
    ['of an account', tokenOf({ ...good, ist: 'account' }), 'Invalid issuer type'],
    ['that are none', 'x', 'Invalid token'],
  ])('%s are refused', async (_what, token, message) => {
    const response = await ask('', { token })
    expect(response.status).toBe(403)
    expect(await response.json()).toEqual({ code: -1, message, description: message })
  })

  test('are refused by a clock that goes wrong, which the answer tells', async () => {
    recorder.behaviour.clockSkewSeconds = 400
    const response = await ask('')
    expect(response.status).toBe(403)
    expect(Date.parse(response.headers.get('date') ?? '') - Date.now()).toBeGreaterThan(390_000)
  })
})

test.each([
  ['/not-a-uuid', 400, -1],
  ['/00000000-0000-4000-8000-000000000000', 404, -1],
  ['?count=1001', 400, -1],
  ['?offset=-1', 400, -1],
])('%s is answered %i', async (path, status, code) => {
  const response = await ask(path)
  expect(response.status).toBe(status)
  expect(await response.json()).toMatchObject({ code, message: expect.any(String) })
})

test('states that do not allow it are named', async () => {
  expect(await (await ask(`/${failed}`, { method: 'DELETE' })).json()).toMatchObject({ code: 15004 })
  expect(await (await ask(`/${failed}/stop`, { method: 'POST' })).json()).toMatchObject({ code: 15002 })
})

test('a storage target is checked, set once and taken away once', async () => {
  const put = (body: object) => ask('/storage', { method: 'PUT', body: JSON.stringify(body) })
  expect((await put({ type: 'tape' })).status).toBe(400)
  expect((await put({ type: 's3', config: { bucket: 'calls' } })).status).toBe(400)
  expect((await put({ type: 's3', config: { bucket: 'c', accessKey: 'a', secretKey: 's' } })).status).toBe(
    200,
  )
  expect((await ask('/storage', { method: 'DELETE' })).status).toBe(204)
  expect((await ask('/storage', { method: 'DELETE' })).status).toBe(404)
})

describe('the address of a file', () => {
  test('is new each time and gives parts', async () => {
    const { url } = await get(available)
    const part = await fetch(url ?? '', { headers: { range: 'bytes=2-4' } })
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([
      206,
      'bytes 2-4/11',
      'rec',
    ])
    expect(Number(new URL(url ?? '').searchParams.get('Expires')) - Date.now() / 1000).toBeGreaterThan(597)
  })

  test('is dead when its time is over, and was signed for nothing else', async () => {
    recorder.behaviour.urlLifeSeconds = 0
    const { url } = await get(available)
    expect((await fetch(url ?? '')).status).toBe(403)
    recorder.behaviour.urlLifeSeconds = 600
    const { url: fresh } = await get(available)
    expect((await fetch(fresh ?? '', { method: 'HEAD' })).status).toBe(403)
    expect((await fetch((fresh ?? '').replace(available, encrypted))).status).toBe(403)
  })
})

describe('on order', () => {
  const order = (path: string, body: unknown): Promise<Response> =>
    fetch(`${recorder.apiUrl}/-/${path}`, { method: 'POST', body: JSON.stringify(body) })

  test('it has recorded ten thousand more', async () => {
    await order('generate', { apiKey, count: 10_000, days: 90, seed: 'many' })
    const page = await list({ offset: 9_000, count: 1000 })
    expect(page.items).toHaveLength(1000)
    expect(page.count).toBe(10_004)
    expect(new Set((await list({ offset: 0, count: 1000 })).items.map(({ id }) => id)).size).toBe(1000)
  })

  test('it sends what nobody has heard of, repeats a page, and is down', async () => {
    await order('behaviour', { unknownFields: true, repeatPages: 1 })
    await order('change', { id: available, status: 'resting' })
    expect(await get(available)).toMatchObject({ status: 'resting', notarealproperty: expect.anything() })
    const [first, second] = [await list({ offset: 0, count: 2 }), await list({ offset: 2, count: 2 })]
    expect(second.items.map(({ id }) => id)).toEqual(first.items.map(({ id }) => id))
    await order('faults', [{ status: 503, times: 1 }])
    expect((await ask('')).status).toBe(503)
    expect((await ask('')).status).toBe(200)
  })
})
