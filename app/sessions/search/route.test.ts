import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSessionId } from '../../../e2e/stack/session-id.ts'
import { addReviewer, startTestCatalogue, type TestCatalogue } from '../../../lib/archives/test-catalogue.ts'
import { hashToken } from '../../../lib/auth/session-cookie.ts'
import { newUuid } from '../../../lib/uuid.ts'
import { GET } from './route.ts'

let catalogue: TestCatalogue

beforeAll(async () => {
  catalogue = await startTestCatalogue()
  globalThis.recordroomServices = catalogue.services
})
afterAll(() => catalogue.stop())

/** The cookie of a reviewer of the projects named, who is signed in. */
async function signIn(projects: ('retail' | 'wealth')[]): Promise<string> {
  const { personId } = await addReviewer(
    catalogue.services,
    projects.map((name) => catalogue[name]),
  )
  const token = randomBytes(32).toString('base64url')
  await catalogue.services.db.signIn.create({
    data: {
      id: newUuid(),
      personId,
      tokenHash: hashToken(token),
      expiresAt: new Date(Date.now() + 3_600_000),
      amr: [],
    },
  })
  return `next-auth.session-token=${token}`
}

function search(query: Record<string, string>, cookie?: string): Promise<Response> {
  const address = `http://127.0.0.1:3000/sessions/search?${new URLSearchParams(query)}`
  const request = new Request(address, cookie === undefined ? {} : { headers: { cookie } })
  return GET(request, { params: Promise.resolve({}) })
}

test('signed out it is 401, without a grant 403', async () => {
  expect((await search({ q: 'x' })).status).toBe(401)
  const response = await search({ q: 'x' }, await signIn([]))
  expect(response.status).toBe(403)
  expect(await response.json()).toMatchObject({ code: 'forbidden' })
})

test('what is found is told in the words of the contract, and no more of an archive than that', async () => {
  const { apiKey } = catalogue.retail
  const [archiveId, sessionId] = [randomUUID(), createSessionId(apiKey, new Date(), 'one')]
  catalogue.recorder.archives.add([
    {
      id: archiveId,
      apiKey,
      sessionId,
      createdAtMs: 1_772_600_000_000,
      status: 'uploaded',
      password: 'd3JhcHBlZA==',
    },
  ])
  const response = await search({ q: sessionId }, await signIn(['retail']))
  expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'private, no-store'])
  const archive = {
    archiveId,
    createdAt: '2026-03-04T04:53:20.000Z',
    durationSeconds: null,
    status: 'uploaded',
    playable: true,
    code: null,
  }
  expect(await response.json()).toMatchObject({
    sessions: [{ sessionId, project: 'Retail EU', archives: [expect.objectContaining(archive)] }],
    next: null,
    understood: [{ text: sessionId, found: true }],
  })
  const { sessions } = await (await search({ q: sessionId }, await signIn(['retail']))).json()
  expect(sessions).toEqual([{ sessionId, project: 'Retail EU', archives: [archive] }])
})

test('whatever is asked, the answer is 200 with what was understood', async () => {
  const cookie = await signIn(['retail'])
  for (const q of ['', '<b>', '\0', `1_${'A'.repeat(10_000)}`, '\u202E', '2_0123456789abcdefghij']) {
    for (const after of ['', 'x', '\0']) {
      const response = await search({ q, after }, cookie)
      expect(response.status).toBe(200)
      expect(await response.json()).toMatchObject({
        sessions: expect.any(Array),
        understood: expect.any(Array),
      })
    }
  }
})

test('past the limit of a minute it is 429, with how long to wait', async () => {
  const { services } = catalogue
  const limits = { ...services.env.limits, searchesPerMinute: 2 }
  globalThis.recordroomServices = { ...services, env: { ...services.env, limits } }
  const cookie = await signIn(['retail'])
  const answers = [await search({}, cookie), await search({}, cookie), await search({}, cookie)]
  globalThis.recordroomServices = services
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 429])
  expect(answers[2]?.headers.get('retry-after')).toMatch(/^[1-9]\d?$/)
  expect(await answers[2]?.json()).toMatchObject({ code: 'rate-limited' })
})
