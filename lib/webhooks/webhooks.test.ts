import { createHmac, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startWebhookReceiver, type WebhookReceiver } from '../../e2e/stack/webhook-receiver.ts'
import { openOffice, type TestOffice } from '../access/test-office.ts'
import type { Actor } from '../auth/actor.ts'
import { NOTICE_KINDS } from '../notices/notice-kind.ts'
import { tell } from '../notices/tell.ts'
import { createOutgoing } from '../outgoing/outgoing.ts'
import type { Services } from '../services.ts'
import { addWebhook } from './add-webhook.ts'
import { deliverDue } from './deliver-due.ts'
import { listWebhooks } from './list-webhooks.ts'
import { parseWebhook } from './parse-webhook.ts'
import { removeWebhook } from './remove-webhook.ts'
import { retryDelivery } from './retry-delivery.ts'
import { layDeliveries, layWebhook } from './test-webhooks.ts'
import { tryWebhook } from './try-webhook.ts'

const NEVER = new AbortController().signal
let office: TestOffice
let services: Services
let receiver: WebhookReceiver
let ada: Actor
let ofRetail: Actor
let nobody: Actor

beforeAll(async () => {
  office = await openOffice()
  receiver = await startWebhookReceiver()
  const outgoing = createOutgoing({ allowPrivateHosts: [`127.0.0.1:${receiver.port}`] })
  services = { ...office.services, outgoing }
  // What is of all projects is of those with four eyes too: that is another test’s.
  await services.db.project.update({ where: { id: office.wealth.id }, data: { fourEyes: false } })
  ada = await office.hire('ada', ['admin'])
  ofRetail = await office.hire('rita', [`admin@${office.retail.id}`])
  nobody = await office.hire('nora')
})
afterAll(async () => {
  await services.outgoing.close()
  await office.stop()
  await receiver.stop()
})

let seen = 0n
type Row = { action: string; outcome: string; code: string | null; project: string | null; after: unknown }
const newRows = async (): Promise<Row[]> => {
  const rows = await services.db.$queryRaw<(Row & { id: bigint })[]>`
    SELECT id, action::text, outcome::text, code, project_name AS project, after
    FROM audit.events WHERE id > ${seen} ORDER BY id`
  seen = rows.at(-1)?.id ?? seen
  return rows.map(({ id: _, ...row }) => row)
}
beforeEach(async () => {
  receiver.answerWith(() => 204)
  await services.db.$executeRaw`UPDATE webhooks SET removed_at = now()`
  await newRows()
})

const wanted = (changes: { project?: string | null; url?: string; events?: readonly string[] } = {}) => ({
  ...{ project: office.retail.name, url: receiver.url, events: ['request.made'] },
  ...changes,
})

async function add(actor: Actor, changes = {}): Promise<{ webhookId: string; signingSecret: string }> {
  const added = await addWebhook(services, actor, wanted(changes))
  if ('changeId' in added) throw new Error('it waits for somebody')
  return added
}

const say = (projectId: string | null) =>
  services.db.$transaction((tx) =>
    tell(tx, { kind: 'request.made', to: [], projectId, about: { requestId: 'r' } }),
  )

describe('a webhook', () => {
  test('is added to a project by its administrator, and signs with a secret that is told once', async () => {
    const { webhookId, signingSecret } = await add(ofRetail, { url: `${receiver.url}?key=hidden` })
    await say(office.retail.id)
    await deliverDue(services, NEVER)
    const got = receiver.received.at(-1)
    const toSign = `${got?.headers['webhook-id']}.${got?.headers['webhook-timestamp']}.${got?.body}`
    const key = Buffer.from(signingSecret.slice('whsec_'.length), 'base64')
    expect(got?.headers['webhook-signature']).toBe(
      `v1,${createHmac('sha256', key).update(toSign).digest('base64')}`,
    )
    expect(JSON.parse(got?.body ?? '')).toMatchObject({
      type: 'request.made',
      data: { projectId: office.retail.id, requestId: 'r' },
    })
    const lines = await listWebhooks(services, ofRetail)
    expect(lines).toMatchObject([
      {
        ...{
          id: webhookId,
          url: `${receiver.url}?…`,
          events: ['request.made'],
          waitingCount: 0,
          deadCount: 0,
        },
        project: { id: office.retail.id, name: 'Retail EU' },
      },
    ])
    expect(lines[0]?.lastDeliveredAt).toBeInstanceOf(Date)
    const rows = await newRows()
    expect(rows).toEqual([
      {
        ...{ action: 'webhook.changed', outcome: 'allowed', code: null, project: 'Retail EU' },
        after: { did: 'added', host: `127.0.0.1:${receiver.port}`, events: ['request.made'] },
      },
    ])
    const kept = await services.db.webhook.findUniqueOrThrow({ where: { id: webhookId } })
    for (const text of [rows, lines, kept.secrets].map((each) => JSON.stringify(each))) {
      expect(text).not.toContain(signingSecret)
      expect(text).not.toContain('hidden')
    }
  })

  test('of one project is told of that one, one of all of each, and of no event that it did not ask for', async () => {
    const [one, all, other] = [
      await add(ada),
      await add(ada, { project: null }),
      await add(ada, { events: ['grant.given'] }),
    ]
    await say(office.retail.id)
    await say(office.wealth.id)
    await say(null)
    const count = (webhookId: string) => services.db.webhookDelivery.count({ where: { webhookId } })
    expect([await count(one.webhookId), await count(all.webhookId), await count(other.webhookId)]).toEqual([
      1, 3, 0,
    ])
  })

  test('is shown to the administrators of its project, those of all projects to administrators of all', async () => {
    const [one, all, elsewhere] = [
      await add(ada),
      await add(ada, { project: null }),
      await add(ada, { project: office.wealth.name }),
    ]
    const ids = async (actor: Actor) => (await listWebhooks(services, actor)).map(({ id }) => id)
    expect(await ids(ada)).toEqual([all, one, elsewhere].map(({ webhookId }) => webhookId))
    expect(await ids(ofRetail)).toEqual([one.webhookId])
    expect(await ids(nobody)).toEqual([])
  })

  test.each([
    [{ url: 'ftp://hook.test/' }, 'must be an http or https URL'],
    [{ url: 'javascript:alert(1)' }, 'must be an http or https URL'],
    [{ url: 'hook' }, 'must be an http or https URL'],
    [{ url: '' }, 'must be an http or https URL'],
    [{ url: 'https://jo:hidden@hook.test/' }, 'must hold no user'],
    [{ url: 'https://hook.test/#here' }, 'must not have a fragment'],
    [{ url: `https://hook.test/${'x'.repeat(2000)}` }, 'it may have 2,000'],
    [{ events: [] }, 'one event at least'],
    [{ events: ['request.made', 'moon.risen'] }, 'There is no event "moon.risen"'],
    [{ events: ['toString'] }, 'There is no event "toString"'],
  ])('is refused in words, on record, when it is not sound: %#', async (changes, detail) => {
    await expect(add(ada, changes)).rejects.toMatchObject({
      code: 'webhook-invalid',
      detail: expect.stringContaining(detail),
    })
    const rows = await newRows()
    expect(rows).toMatchObject([
      { action: 'webhook.changed', outcome: 'refused', code: 'webhook-invalid', project: 'Retail EU' },
    ])
    expect(JSON.stringify(rows)).not.toContain('hidden')
  })

  test('that is the twenty-first is refused', async () => {
    for (let count = 0; count < 20; count += 1)
      await layWebhook(services, { url: receiver.url, projectId: office.retail.id })
    await expect(add(ada)).rejects.toMatchObject({ code: 'webhook-invalid' })
    await add(ada, { project: null })
  })

  test('is nobody’s to add where they administer nothing, whether the project is there or not', async () => {
    const refusals = []
    for (const [actor, project] of [
      ...[[nobody, 'Retail EU'] as const, [ofRetail, 'Wealth'] as const, [ofRetail, 'Nothing'] as const],
      [ofRetail, null] as const,
    ])
      refusals.push(await add(actor, { project }).catch(({ code, detail }) => `${code}: ${detail}`))
    expect(new Set(refusals)).toEqual(new Set(['forbidden: Not found or not yours.']))
    expect((await newRows()).map(({ outcome, project }) => [outcome, project])).toEqual(
      Array(4).fill(['refused', null]),
    )
    expect(await services.db.webhook.count({ where: { removedAt: null } })).toBe(0)
  })
})

describe('removed', () => {
  test('it is told nothing more, what was on its way is given up, and again is as good as once', async () => {
    const { webhookId } = await add(ada)
    const [waiting = ''] = await layDeliveries(services, webhookId, 1)
    await newRows()
    expect(await removeWebhook(services, ofRetail, webhookId)).toBeNull()
    expect(await removeWebhook(services, ofRetail, webhookId)).toBeNull()
    expect(await newRows()).toMatchObject([{ action: 'webhook.changed', after: { did: 'removed' } }])
    await say(office.retail.id)
    expect(await services.db.webhookDelivery.findMany({ where: { webhookId } })).toMatchObject([
      { id: waiting, nextAttemptAt: null, lastError: 'the webhook was removed' },
    ])
    expect(await listWebhooks(services, ada)).toEqual([])
    for (const work of [
      () => tryWebhook(services, ada, webhookId),
      () => retryDelivery(services, ada, waiting),
    ])
      await expect(work()).rejects.toMatchObject({ code: 'webhook-invalid' })
  })

  test('only where somebody administers it: what is not there is refused alike', async () => {
    const { webhookId } = await add(ada, { project: 'Wealth' })
    const all = await add(ada, { project: null })
    const [deliveryId = ''] = await layDeliveries(services, webhookId, 1)
    await newRows()
    const outcomes = []
    for (const id of [webhookId, all.webhookId, randomUUID(), 'no id', deliveryId]) {
      for (const work of [removeWebhook, tryWebhook, retryDelivery])
        outcomes.push(await work(services, ofRetail, id).catch(({ code, detail }) => `${code}: ${detail}`))
    }
    expect(outcomes).toEqual(Array(15).fill('forbidden: Not found or not yours.'))
    expect((await newRows()).map(({ outcome, code }) => `${outcome} ${code}`)).toEqual(
      Array(15).fill('refused forbidden'),
    )
  })
})

describe('tried', () => {
  test('it is sent an event at once, which is on record, and what came back is told', async () => {
    const { webhookId } = await add(ada)
    const before = receiver.received.length
    await newRows()
    expect(await tryWebhook(services, ofRetail, webhookId)).toEqual({
      ...{ delivered: true, status: 204, error: null },
    })
    expect(JSON.parse(receiver.received[before]?.body ?? '')).toMatchObject({
      type: 'test',
      data: { webhookId },
    })
    expect(await newRows()).toMatchObject([{ action: 'webhook.changed', after: { did: 'tried' } }])
    receiver.answerWith(() => 500)
    expect(await tryWebhook(services, ofRetail, webhookId)).toEqual({
      ...{ delivered: false, status: 500, error: 'answered 500' },
    })
    expect(await services.db.webhookDelivery.count({ where: { webhookId } })).toBe(0)
  })

  test('inside the network, it says what to list', async () => {
    const { webhookId } = await add(ada, { url: 'http://10.0.0.1/' })
    expect(await tryWebhook(services, ada, webhookId)).toMatchObject({
      ...{ delivered: false, status: null, error: expect.stringContaining('add 10.0.0.1:80 to') },
    })
  })
})

describe('an event that was given up', () => {
  test('is shown with what went wrong, and is sent again when somebody says so', async () => {
    receiver.answerWith(() => 410)
    const { webhookId } = await add(ada)
    await say(office.retail.id)
    await deliverDue(services, NEVER)
    const [line] = await listWebhooks(services, ofRetail)
    expect(line).toMatchObject({ deadCount: 1, waitingCount: 0, lastDeliveredAt: null })
    const [dead] = line?.troubled ?? []
    expect(dead).toMatchObject({
      ...{ event: 'request.made', state: 'dead', attempts: 1, lastStatus: 410, lastError: 'answered 410' },
      nextAttemptAt: null,
    })
    receiver.answerWith(() => 204)
    const deliveryId = dead?.id ?? ''
    await newRows()
    expect(await retryDelivery(services, ofRetail, deliveryId)).toEqual({ deliveryId, state: 'waiting' })
    expect(await retryDelivery(services, ofRetail, deliveryId)).toEqual({ deliveryId, state: 'waiting' })
    expect(await newRows()).toMatchObject([
      { action: 'webhook.changed', after: { did: 'sent again', deliveryId } },
    ])
    await deliverDue(services, NEVER)
    expect(receiver.received.filter(({ headers }) => headers['webhook-id'] === deliveryId)).toHaveLength(2)
    expect(await retryDelivery(services, ofRetail, deliveryId)).toEqual({ deliveryId, state: 'delivered' })
    expect(await listWebhooks(services, ofRetail)).toMatchObject([
      { id: webhookId, deadCount: 0, troubled: [] },
    ])
  })
})

test('every kind of event can be asked for', async () => {
  await add(ada, { events: Object.keys(NOTICE_KINDS) })
})

test.each([
  [{ url: 'https://hook.test/', events: ['request.made'], extra: 1 }],
  [{ url: 1, events: [] }],
  [{ url: 'https://hook.test/', events: 'request.made' }],
  [{ url: 'x'.repeat(4001), events: [] }],
  [{ project: 'Retail\0 EU', url: 'https://hook.test/', events: [] }],
  [null],
])('a body of another form is not understood: %#', (body) => {
  expect(() => parseWebhook(body)).toThrow('request-invalid')
})

test('a body that names no project means all of them', () => {
  expect(parseWebhook({ url: ' https://hook.test/ ', events: [] })).toEqual({
    ...{ project: null, url: 'https://hook.test/', events: [] },
  })
})
