import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { GOOD_BEHAVIOUR, generateArchives } from '../../e2e/stack/recorder/behaviour.ts'
import { type Recorder as Standin, startRecorder } from '../../e2e/stack/recorder.ts'
import { createOutgoing } from '../outgoing/outgoing.ts'
import { createRecorder, type Recorder } from '../vonage/client.ts'
import { readRecorder } from './read-recorder.ts'

const apiSecret = 'a project’s secret'
const signal = new AbortController().signal
let standin: Standin
let projects = 0

beforeAll(async () => {
  const keys = Array.from({ length: 40 }, (_, index) => ({ apiKey: String(1000 + index), apiSecret }))
  standin = await startRecorder({ projects: keys })
})
afterAll(() => standin.stop())
beforeEach(() => {
  Object.assign(standin.behaviour, GOOD_BEHAVIOUR)
  standin.faults.set([])
})

/** A project of its own with so many archives, newest first. */
function fill(count: number): { recorder: Recorder; apiKey: string; ids: string[] } {
  const apiKey = String(1000 + projects)
  projects += 1
  const archives = generateArchives({ apiKey, count, days: 1, untilMs: Date.now() - 60_000, seed: apiKey })
  standin.archives.add(archives)
  const outgoing = createOutgoing({ allowPrivateHosts: ['127.0.0.1'], httpsProxy: null, noProxy: null })
  const recorder = createRecorder({ kind: 'opentok', apiKey, apiSecret, apiUrl: standin.apiUrl }, outgoing)
  return { recorder, apiKey, ids: archives.map(({ id }) => id) }
}

/** Everything that is read, page by page, with something happening after each page. */
async function readAll(
  recorder: Recorder,
  afterPage: (pages: number) => void = () => {},
): Promise<{ ids: Set<string>; pages: number }> {
  const ids = new Set<string>()
  let pages = 0
  for await (const page of readRecorder(recorder, { pageSize: 10 }, signal)) {
    for (const { id } of page) ids.add(id)
    pages += 1
    afterPage(pages)
  }
  return { ids, pages }
}

describe('a list is read to its end', () => {
  test.each([0, 1, 9, 10, 11, 19, 20, 95])('with %i archives', async (count) => {
    const { recorder, ids } = fill(count)
    expect((await readAll(recorder)).ids).toEqual(new Set(ids))
  })

  test('when pages are repeated', async () => {
    const { recorder, ids } = fill(95)
    standin.behaviour.repeatPages = 3
    expect((await readAll(recorder)).ids).toEqual(new Set(ids))
  })

  test('when new archives come in front between pages', async () => {
    const { recorder, ids } = fill(95)
    standin.behaviour.arrivalsPerPage = 4
    const read = await readAll(recorder)
    expect(ids.filter((id) => !read.ids.has(id))).toEqual([])
  })

  test.each([1, 2, 5, 9, 10])('when %i archives of those read are deleted after each page', async (count) => {
    const { recorder, ids } = fill(95)
    const left = [...ids]
    const { ids: read } = await readAll(recorder, () => {
      for (const id of left.splice(0, count)) standin.archives.change(id, { status: 'deleted' })
    })
    expect(left.filter((id) => !read.has(id))).toEqual([])
  })

  test('when half of it is deleted at once', async () => {
    const { recorder, ids } = fill(95)
    const { ids: read } = await readAll(recorder, (pages) => {
      if (pages === 3) for (const id of ids.slice(0, 48)) standin.archives.change(id, { status: 'deleted' })
    })
    expect(ids.slice(48).filter((id) => !read.has(id))).toEqual([])
  })
})

test('only one session’s archives are asked for', async () => {
  const { recorder, apiKey } = fill(30)
  const [first] = standin.archives.list(apiKey, null)
  const { sessionId = '' } = first ?? {}
  const read: string[] = []
  for await (const page of readRecorder(recorder, { sessionId, pageSize: 10 }, signal)) {
    read.push(...page.map((archive) => archive.sessionId))
  }
  expect(new Set(read)).toEqual(new Set([sessionId]))
})

test('a page that comes again and again is a recorder that misbehaves', async () => {
  const { recorder } = fill(95)
  standin.behaviour.repeatPages = 1_000
  await expect(readAll(recorder)).rejects.toMatchObject({ code: 'recorder-misbehaved' })
})

test('what cannot be read on a page does not end the reading', async () => {
  const items = Array.from({ length: 95 }, (_, index) => (index % 10 < 8 ? { broken: index } : { id: index }))
  const asked: number[] = []
  const recorder = {
    async listArchives({ offset, count }: { offset: number; count: number }) {
      asked.push(offset)
      const page = items.slice(offset, offset + count)
      return { archives: [], receivedIds: page.map((item) => JSON.stringify(item)) }
    },
  }
  for await (const page of readRecorder(recorder, { pageSize: 10 }, signal)) expect(page).toEqual([])
  expect(asked.at(-1)).toBeGreaterThan(85)
})

test('whoever stops it does not wait', async () => {
  const { recorder } = fill(95)
  const stopping = new AbortController()
  const reading = async () => {
    for await (const _ of readRecorder(recorder, { pageSize: 10 }, stopping.signal))
      stopping.abort(new Error('enough'))
  }
  await expect(reading()).rejects.toThrow('enough')
})
