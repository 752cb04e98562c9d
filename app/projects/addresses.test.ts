import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openOffice, type TestOffice } from '../../lib/access/test-office.ts'
import { hashToken } from '../../lib/auth/session-cookie.ts'
import { layDeliveries, layWebhook } from '../../lib/webhooks/test-webhooks.ts'
import { POST as read } from '../notices/read/route.ts'
import { GET as notices } from '../notices/route.ts'
import { POST as decide } from './changes/[changeId]/decision/route.ts'
import { DELETE as remove } from './webhooks/[webhookId]/route.ts'
import { POST as tryOne } from './webhooks/[webhookId]/test/route.ts'
import { POST as retry } from './webhooks/deliveries/[deliveryId]/retry/route.ts'
import { POST as add } from './webhooks/route.ts'

let office: TestOffice
let ada: string
let bea: string
let nora: string

beforeAll(async () => {
  office = await openOffice()
  globalThis.recordroomServices = office.services
  ada = await signIn('ada', ['admin'])
  bea = await signIn('bea', [`admin@${office.wealth.id}`])
  nora = await signIn('nora', ['auditor'])
})
afterAll(() => office.stop())

/** The cookie of somebody new who holds these roles. */
async function signIn(name: string, roles: readonly string[]): Promise<string> {
  const { signInId } = await office.hire(name, roles)
  const token = randomBytes(32).toString('base64url')
  await office.services.db.signIn.update({ where: { id: signInId }, data: { tokenHash: hashToken(token) } })
  return `next-auth.session-token=${token}`
}

const ORIGIN = { origin: 'http://127.0.0.1:3000' }

/** A change asked for by the site’s own page. */
function ask(
  cookie: string | null,
  body: unknown = undefined,
  from: Record<string, string> = ORIGIN,
): Request {
  return new Request('http://127.0.0.1:3000/projects/any', {
    method: 'POST',
    headers: { ...from, 'content-type': 'application/json', ...(cookie !== null && { cookie }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
}

const given = <T>(params: T) => ({ params: Promise.resolve(params) })
const wanted = (project: string) => ({ project, url: 'https://hook.test/', events: ['request.made'] })

type Doors = Record<string, (request: Request) => Promise<Response>>
const doors = (id: string): Doors => ({
  add: (request) => add(request, given({})),
  remove: (request) => remove(request, given({ webhookId: id })),
  try: (request) => tryOne(request, given({ webhookId: id })),
  retry: (request) => retry(request, given({ deliveryId: id })),
  decide: (request) => decide(request, given({ changeId: id })),
})

test.each(Object.keys(doors('')))('%s asks who it is, and that they administer projects', async (name) => {
  const door = doors(randomUUID())[name]
  expect((await door?.(ask(null, {})))?.status).toBe(401)
  expect((await door?.(ask(nora, {})))?.status).toBe(403)
  expect((await door?.(ask(ada, {}, { origin: 'https://elsewhere.test' })))?.status).toBe(403)
})

test('a webhook is added with 201 and removed with 204, again 204', async () => {
  const answer = await add(ask(ada, wanted('Retail EU')), given({}))
  expect(answer.status).toBe(201)
  const { webhookId, signingSecret } = await answer.json()
  expect(signingSecret).toMatch(/^whsec_/)
  for (let time = 0; time < 2; time += 1)
    expect((await remove(ask(ada), given({ webhookId }))).status).toBe(204)
})

test('where it waits that is 202, and the second administrator’s decision 200', async () => {
  const answer = await add(ask(ada, wanted('Wealth')), given({}))
  expect(answer.status).toBe(202)
  const { changeId, state } = await answer.json()
  expect(state).toBe('awaiting')
  const own = await decide(ask(ada, { approve: true }), given({ changeId }))
  expect([own.status, (await own.json()).code]).toEqual([403, 'own-access'])
  const decided = await decide(ask(bea, { approve: true }), given({ changeId }))
  expect([decided.status, await decided.json()]).toEqual([200, { changeId, state: 'approved' }])
  const { id = '' } =
    (await office.services.db.webhook.findFirst({ where: { projectId: office.wealth.id } })) ?? {}
  const waiting = await remove(ask(ada), given({ webhookId: id }))
  expect([waiting.status, await waiting.json()]).toMatchObject([202, { state: 'awaiting' }])
})

test('a webhook that is tried says what came back, and what was given up is sent again', async () => {
  const { id: projectId } = office.retail
  const webhookId = await layWebhook(office.services, { url: 'http://10.0.0.1/', projectId })
  const tried = await tryOne(ask(ada), given({ webhookId }))
  expect([tried.status, await tried.json()]).toMatchObject([200, { delivered: false, status: null }])
  const [deliveryId = ''] = await layDeliveries(office.services, webhookId, 1)
  const again = await retry(ask(ada), given({ deliveryId }))
  expect([again.status, await again.json()]).toEqual([200, { deliveryId, state: 'waiting' }])
})

test('notices are one’s own, for anybody who is signed in', async () => {
  const look = (cookie: string | null) =>
    notices(
      new Request('http://127.0.0.1:3000/notices', { headers: cookie === null ? {} : { cookie } }),
      given({}),
    )
  expect((await look(null)).status).toBe(401)
  expect((await read(ask(null, { ids: [] }), given({}))).status).toBe(401)
  expect(await (await look(nora)).json()).toEqual({ notices: [], unread: 0 })
  const told = await (await look(bea)).json()
  expect(told.unread).toBeGreaterThan(0)
  expect(told.notices[0]).toMatchObject({ kind: 'change.awaiting', href: '/projects' })
  const ids = told.notices.map(({ id }: { id: string }) => id)
  expect((await read(ask(bea, { ids }), given({}))).status).toBe(204)
  expect((await (await look(bea)).json()).unread).toBe(0)
})
