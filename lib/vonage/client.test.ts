import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { GOOD_BEHAVIOUR } from '../../e2e/stack/recorder/behaviour.ts'
import { type Recorder as Standin, startRecorder } from '../../e2e/stack/recorder.ts'
import { createSessionId } from '../../e2e/stack/session-id.ts'
import { createOutgoing } from '../outgoing/outgoing.ts'
import { createRecorder, type Recorder } from './client.ts'

const apiKey = '46201502'
const apiSecret = 'a project’s secret'
const sessionId = createSessionId(apiKey, new Date(), 'one')
const uploaded = randomUUID()
const signal = new AbortController().signal

let standin: Standin
let recorder: Recorder

const open = (
  changes: Partial<{ apiKey: string; apiSecret: string; apiUrl: string; hosts: string[] }> = {},
) =>
  createRecorder(
    { kind: 'opentok', apiKey, apiSecret, apiUrl: `${standin.apiUrl}/`, ...changes },
    createOutgoing({
      allowPrivateHosts: changes.hosts ?? ['127.0.0.1'],
      httpsProxy: null,
      noProxy: null,
    }),
    { answerTimeoutMs: 500, pausesMs: [10, 20] },
  )

beforeAll(async () => {
  standin = await startRecorder({ projects: [{ apiKey, apiSecret }] })
  recorder = open()
  standin.archives.add([
    {
      id: uploaded,
      apiKey,
      sessionId,
      createdAtMs: Date.now(),
      status: 'uploaded',
      password: 'd3JhcHBlZA==',
    },
    {
      id: randomUUID(),
      apiKey,
      sessionId: `${sessionId}x`,
      createdAtMs: Date.now() - 1000,
      status: 'failed',
    },
  ])
})
afterAll(() => standin.stop())
beforeEach(() => {
  Object.assign(standin.behaviour, GOOD_BEHAVIOUR)
  standin.faults.set([])
})

const list = (given = recorder) => given.listArchives({ offset: 0, count: 1000 }, signal)

describe('a recorder', () => {
  test('lists archives, newest first, by page and by session', async () => {
    const { archives } = await list()
    expect(archives.map(({ status }) => status)).toEqual(['uploaded', 'failed'])
    expect((await recorder.listArchives({ offset: 1, count: 1 }, signal)).archives).toHaveLength(1)
    const ofSession = await recorder.listArchives({ offset: 0, count: 10, sessionId }, signal)
    expect(ofSession.archives.map(({ id }) => id)).toEqual([uploaded])
  })

  test('gives one archive, and null for what it does not know or take for an ID', async () => {
    expect(await recorder.getArchive(uploaded, signal)).toMatchObject({ encryptedPassword: 'd3JhcHBlZA==' })
    expect(await recorder.getArchive(randomUUID(), signal)).toBeNull()
    expect(await recorder.getArchive('../storage?x', signal)).toBeNull()
  })

  test('sends what nobody has heard of', async () => {
    standin.behaviour.unknownFields = true
    expect((await list()).archives[0]?.record).toHaveProperty('notarealproperty')
  })
})

describe('is asked again', () => {
  test('when it is down for a moment', async () => {
    standin.faults.set([{ status: 503, times: 2 }])
    expect((await list()).archives).toHaveLength(2)
  })

  test('when it is slow for a moment', async () => {
    standin.faults.set([{ delayMs: 1_000, times: 1 }])
    expect((await list()).archives).toHaveLength(2)
  })
})

describe('fails by name', () => {
  test('when it stays down', async () => {
    standin.faults.set([{ status: 503 }])
    await expect(list()).rejects.toMatchObject({
      code: 'recorder-unavailable',
      detail: 'The recorder answered 503.',
    })
  })

  test('when it stays slow', async () => {
    standin.faults.set([{ delayMs: 1_000 }])
    await expect(list()).rejects.toMatchObject({
      code: 'recorder-unavailable',
      detail: expect.stringContaining('0.5 seconds'),
    })
  })

  test('when nothing listens', async () => {
    const gone = await startRecorder({ projects: [] })
    await gone.stop()
    await expect(list(open({ apiUrl: gone.apiUrl }))).rejects.toMatchObject({
      code: 'recorder-unavailable',
      facts: { reason: 'ECONNREFUSED' },
    })
  })

  test('when the secret or the key is wrong', async () => {
    for (const wrong of [{ apiSecret: 'wrong' }, { apiKey: '123' }]) {
      await expect(list(open(wrong))).rejects.toMatchObject({ code: 'recorder-forbidden' })
    }
  })

  test('when clocks are apart, with the seconds', async () => {
    standin.behaviour.clockSkewSeconds = 400
    await expect(list()).rejects.toMatchObject({
      code: 'recorder-clock-skew',
      detail: expect.stringMatching(/(399|400|401) seconds behind/),
    })
    standin.behaviour.clockSkewSeconds = -400
    await expect(list()).rejects.toMatchObject({
      detail: expect.stringMatching(/(399|400|401) seconds ahead of/),
    })
  })

  test('when it answers something else than was asked', async () => {
    standin.faults.set([{ status: 200 }])
    await expect(list()).rejects.toMatchObject({ code: 'recorder-misbehaved' })
    await expect(recorder.getArchive(uploaded, signal)).rejects.toMatchObject({ code: 'recorder-misbehaved' })
  })

  test('when its address leads inside and is not listed', async () => {
    await expect(list(open({ hosts: [] }))).rejects.toMatchObject({ code: 'address-refused' })
  })
})

test('a caller who has had enough is not kept waiting', async () => {
  standin.faults.set([{ delayMs: 400 }])
  const started = performance.now()
  await expect(recorder.listArchives({ offset: 0, count: 1 }, AbortSignal.timeout(50))).rejects.toMatchObject(
    { name: 'TimeoutError' },
  )
  expect(performance.now() - started).toBeLessThan(350)
})
