import { spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startWebhookReceiver, type WebhookReceiver } from '../../../e2e/stack/webhook-receiver.ts'
import { openSession } from '../../../prisma/test-log.ts'
import { openOffice, type TestOffice } from '../../access/test-office.ts'
import { madeUpEnvironment } from '../../apply/test-command.ts'
import { beginSeries } from '../../audit/begin-series.ts'
import { recordEvent } from '../../audit/record.ts'
import { sealAll } from '../../audit/test-seal-all.ts'
import type { Actor } from '../../auth/actor.ts'
import { createTestServices } from '../../auth/test-services.ts'
import { cutLogBatches } from '../../jobs/cut-log-batches.ts'
import { watchLogOutlets } from '../../jobs/watch-log-outlets.ts'
import { listJobs } from '../../jobs/worker.ts'
import { signWebhook } from '../../outgoing/webhook.ts'
import type { Services } from '../../services.ts'
import { newUuid } from '../../uuid.ts'
import { deliverDue } from '../deliver-due.ts'
import { listWebhooks } from '../list-webhooks.ts'
import { removeWebhook } from '../remove-webhook.ts'
import { retryDelivery } from '../retry-delivery.ts'
import { tryWebhook } from '../try-webhook.ts'
import { type AddedPush, addPush } from './add-push.ts'
import { endPush } from './end-push.ts'
import { listPushes } from './list-pushes.ts'
import { parsePush, type WantedPush } from './parse-push.ts'
import { retryBatch } from './retry-batch.ts'
import { tryPush } from './try-push.ts'

const NEVER = new AbortController().signal
const environment = {
  ALLOW_PRIVATE_HOSTS: '127.0.0.1',
  SECRETS_KEY: randomBytes(32).toString('base64'),
}
let office: TestOffice
let services: Services
let nora: Actor
let receiver: WebhookReceiver
let push: AddedPush
/** How many had arrived when a test looked away. */
let seen: number

beforeAll(async () => {
  office = await openOffice()
  services = createTestServices(office.services.env.databaseUrl, environment)
  await beginSeries(services.db)
  nora = await office.hire('nora', ['auditor'])
})
beforeEach(async () => {
  receiver = await startWebhookReceiver()
  seen = 0
  await sealAll(services.db)
  push = await add(nora)
  return async () => {
    await endPush(services, nora, push.pushId)
    await receiver.stop()
  }
})
afterAll(async () => {
  await services.db.$disconnect()
  await services.outgoing.close()
  await office.stop()
})

const add = (actor: Actor, wanted: Partial<WantedPush> = {}) =>
  addPush(services, actor, { project: null, url: `${receiver.url}?key=k`, from: null, ...wanted })

async function note(projectId?: string): Promise<string> {
  const id = newUuid()
  await recordEvent(services.db, {
    ...{ id, action: 'session.searched', outcome: 'allowed', actor: { kind: 'service', name: 'test' } },
    ...(projectId !== undefined && { projectId, projectName: 'a project' }),
  })
  return id
}

/** Seals, cuts and sends once over. */
async function pushDue(): Promise<void> {
  await sealAll(services.db)
  await cutLogBatches.run(services, NEVER)
  await deliverDue(services, NEVER)
}

type Batch = { type: string; data: { events: { event_id: string; action: string }[]; next: string } }
const batches = (): Batch[] => receiver.received.slice(seen).map(({ body }) => JSON.parse(body) as Batch)
const arrived = (): string[] =>
  batches()
    .filter(({ type }) => type === 'log.batch')
    .flatMap(({ data }) => data.events.map(({ event_id }) => event_id))
const deliveries = () =>
  services.db.webhookDelivery.findMany({ where: { webhookId: push.pushId }, orderBy: { createdAt: 'asc' } })
const sealedOrder = async (): Promise<string[]> =>
  (
    await services.db.$queryRaw<{ id: string }[]>`
      SELECT e.event_id::text AS id FROM audit.block_leaves l, unnest(l.ids) WITH ORDINALITY u(id, place)
      JOIN audit.events e ON e.id = u.id ORDER BY l.number, u.place`
  ).map(({ id }) => id)

/** As if the time until the next attempt had gone by. */
const comeDue = () =>
  services.db.webhookDelivery.updateMany({
    where: { webhookId: push.pushId, nextAttemptAt: { not: null } },
    data: { nextAttemptAt: new Date(Date.now() - 1000) },
  })

/** Tries what is on its way until it is given up. */
async function giveUp(): Promise<void> {
  for (let attempt = 0; attempt < 8; attempt += 1) {
    await comeDue()
    await deliverDue(services, NEVER)
  }
}

test('is among what the worker does', () => {
  expect(listJobs()).toEqual(expect.arrayContaining([cutLogBatches, watchLogOutlets]))
})

describe('the log is pushed', () => {
  test('from now on, signed, in the order it was sealed in, and each row once', async () => {
    const before = await note()
    await sealAll(services.db)
    const later = await add(nora)
    const noted = [await note(), await note(), await note()]
    await pushDue()
    await pushDue()
    const all = await sealedOrder()
    const own = receiver.received.filter(({ headers, body }) => {
      const [id, timestamp] = [String(headers['webhook-id']), String(headers['webhook-timestamp'])]
      return headers['webhook-signature'] === signWebhook(later.signingSecret, { id, timestamp, body })
    })
    const got = own.flatMap(({ body }) =>
      (JSON.parse(body) as Batch).data.events.map((each) => each.event_id),
    )
    expect(got).toEqual(expect.arrayContaining(noted))
    expect(got).not.toContain(before)
    expect(got).toEqual(all.slice(all.indexOf(got[0] ?? '')).slice(0, got.length))
    await endPush(services, nora, later.pushId)
  })

  test('from a moment in the past, batch by batch until nothing is left', async () => {
    await endPush(services, nora, push.pushId)
    for (let each = 0; each < 1_100; each += 100) await Promise.all(Array.from({ length: 100 }, () => note()))
    await sealAll(services.db)
    push = await add(nora, { from: new Date(Date.now() - 3_600_000) })
    const expected = await sealedOrder()
    await pushDue()
    expect(arrived().slice(0, expected.length)).toEqual(expected)
    expect(batches().length).toBeGreaterThan(2)
    const [line] = (await listPushes(services, nora)).filter(({ id }) => id === push.pushId)
    expect(line).toMatchObject({ project: null, url: `${receiver.url}?…`, madeBy: 'nora', state: 'on' })
    expect(line?.backlog).toBeLessThan(5)
  })

  test('and whoever exports some projects is told that lines are left, and not how many of all', async () => {
    const local = await office.hire('lou', [`auditor@${office.retail.id}`])
    const own = await add(local, { project: 'Retail EU', from: new Date(Date.now() - 3_600_000) })
    await note()
    await sealAll(services.db)
    const left = async (actor: Actor) =>
      (await listPushes(services, actor)).find(({ id }) => id === own.pushId)?.backlog
    expect(await left(nora)).toBeGreaterThan(0)
    expect(await left(local)).toBe('some')
    await endPush(services, local, own.pushId)
  })

  test('of a project, without what is of others or of none', async () => {
    const own = await add(nora, { project: 'Retail EU' })
    await endPush(services, nora, push.pushId)
    push = own
    const [ours, theirs, nobodys] = [await note(office.retail.id), await note(office.wealth.id), await note()]
    await pushDue()
    expect(arrived()).toContain(ours)
    expect(arrived()).not.toContain(theirs)
    expect(arrived()).not.toContain(nobodys)
  })

  test('and what is not taken holds back what follows, until it is given up: then it stays to be seen', async () => {
    receiver.answerWith(() => 503)
    const first = await note()
    await pushDue()
    const second = await note()
    await pushDue()
    expect(await deliveries()).toHaveLength(1)
    await giveUp()
    expect((await deliveries())[0]?.deadAt).not.toBeNull()

    receiver.answerWith(() => 200)
    seen = receiver.received.length
    await pushDue()
    expect(arrived()).toContain(second)
    expect(arrived()).not.toContain(first)
    const [line] = (await listPushes(services, nora)).filter(({ id }) => id === push.pushId)
    expect(line).toMatchObject({ deadCount: 1, troubled: [{ state: 'dead', attempts: 8, lastStatus: 503 }] })

    const dead = line?.troubled[0]?.id ?? ''
    expect(await retryBatch(services, nora, dead)).toEqual({ deliveryId: dead, state: 'waiting' })
    await deliverDue(services, NEVER)
    expect(arrived()).toContain(first)
    expect(await retryBatch(services, nora, dead)).toEqual({ deliveryId: dead, state: 'delivered' })
  })

  test('again and again to a receiver that says it is gone', async () => {
    receiver.answerWith(() => 410)
    await note()
    await pushDue()
    expect(await deliveries()).toMatchObject([{ attempts: 1, deadAt: null, lastStatus: 410 }])
  })

  test('with what the log says when it is sent: nothing of it is kept beside the log', async () => {
    await note()
    receiver.answerWith(() => 500)
    await pushDue()
    const [delivery] = await deliveries()
    expect(Object.keys(delivery?.body as object).toSorted()).toEqual(['from', 'rows', 'through'])
  })

  test('and what cannot be read of the log is an attempt that is seen, and given up like any other', async () => {
    receiver.answerWith(() => 503)
    await note()
    await pushDue()
    await services.db.$executeRaw`
      UPDATE webhook_deliveries SET body = '{"from": 1}' WHERE webhook_id = ${push.pushId}::uuid`
    await giveUp()
    const [line] = (await listPushes(services, nora)).filter(({ id }) => id === push.pushId)
    expect(line?.troubled).toMatchObject([
      { state: 'dead', lastStatus: null, lastError: 'its rows could not be read from the log' },
    ])
  })

  test('also where another push cannot go on', async () => {
    const other = await add(nora)
    const owner = await openSession(office.ownerUrl)
    await owner.ask(
      `ALTER TABLE webhook_deliveries ADD CONSTRAINT broken CHECK (webhook_id <> '${push.pushId}')`,
    )
    const noted = await note()
    await pushDue()
    await owner.ask('ALTER TABLE webhook_deliveries DROP CONSTRAINT broken')
    await owner.end()
    expect(await deliveries()).toEqual([])
    expect(arrived()).toContain(noted)
    await endPush(services, nora, other.pushId)
  })

  test('and what was taken is forgotten after a day, but for the newest', async () => {
    const taken = async (daysAgo: number) => {
      const { id } = await services.db.webhookDelivery.create({
        data: {
          ...{ webhookId: push.pushId, event: 'log.batch', body: {}, nextAttemptAt: null },
          deliveredAt: new Date(Date.now() - daysAgo * 86_400_000),
        },
      })
      return id
    }
    const [, newest] = [await taken(3), await taken(2)]
    const dead = await services.db.webhookDelivery.create({
      data: {
        webhookId: push.pushId,
        event: 'log.batch',
        body: {},
        nextAttemptAt: null,
        deadAt: new Date(0),
      },
    })
    await watchLogOutlets.run(services, NEVER)
    expect((await deliveries()).map(({ id }) => id)).toEqual([newest, dead.id])
    const later = await taken(0)
    await watchLogOutlets.run(services, NEVER)
    expect((await deliveries()).map(({ id }) => id)).toEqual([dead.id, later])
  })

  test('once over and over killed, each row arrives, and the first of each in order', {
    timeout: 120_000,
  }, async () => {
    const startProcess = () =>
      spawn(process.execPath, ['lib/webhooks/log/test-push-process.ts'], {
        env: {
          NODE_ENV: 'test',
          ...madeUpEnvironment(services.env.databaseUrl),
          ...environment,
          LOG_LEVEL: 'silent',
        },
        stdio: 'ignore',
      })
    receiver.answerWith(async () => {
      await wait(20)
      return 204
    })
    const noted: string[] = []
    for (let kills = 0; kills < 6; kills += 1) {
      const child = startProcess()
      const ended = once(child, 'close')
      for (let each = 0; each < 40; each += 1) noted.push(await note())
      await sealAll(services.db)
      await wait(1_000 + 150 * kills)
      child.kill('SIGKILL')
      await ended
      // What it had taken would be due again in a minute.
      await comeDue()
    }
    await pushDue()
    await pushDue()
    const got = [...new Set(arrived())]
    const all = await sealedOrder()
    const from = all.indexOf(got[0] ?? '')
    expect(got).toEqual(all.slice(from, from + got.length))
    expect(got).toEqual(expect.arrayContaining(noted))
  })

  test('on record once an hour, and never by itself without end', async () => {
    await note()
    await pushDue()
    for (let each = 0; each < 5; each += 1) await pushDue()
    const rows = await services.db.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int FROM audit.events WHERE action = 'log.exported' AND target_id = ${push.pushId}`
    expect(rows).toEqual([{ count: 1 }])
    const last = receiver.received.length
    await pushDue()
    expect(receiver.received).toHaveLength(last)
  })
})

describe('a push is in a hand', () => {
  test('that may export the log of its scope, at its making', async () => {
    const ola = await office.hire('ola', [`auditor@${office.retail.id}`])
    for (const [actor, project] of [
      [ola, null],
      [ola, 'Wealth'],
      [ola, 'Nowhere'],
      [await office.hire('ada', ['admin']), 'Retail EU'],
    ] as const)
      await expect(add(actor, { project })).rejects.toMatchObject({ code: 'forbidden' })
    const { pushId } = await add(ola, { project: 'Retail EU' })
    await endPush(services, ola, pushId)
    for (const id of [push.pushId, randomUUID(), 'x']) {
      await expect(endPush(services, ola, id)).rejects.toMatchObject({ code: 'forbidden' })
      await expect(tryPush(services, ola, id)).rejects.toMatchObject({ code: 'forbidden' })
      await expect(retryBatch(services, ola, id)).rejects.toMatchObject({ code: 'forbidden' })
    }
    const seenByOla = (await listPushes(services, ola)).map(({ id }) => id)
    expect(seenByOla).toContain(pushId)
    expect(seenByOla).not.toContain(push.pushId)
  })

  test('and at each sending: it ends for good when that is lost', async () => {
    const kim = await office.hire('kim', ['auditor'])
    await endPush(services, nora, push.pushId)
    push = await add(kim)
    receiver.answerWith(() => 500)
    await note()
    await pushDue()
    await services.db.roleHeld.deleteMany({ where: { personId: kim.personId } })
    seen = receiver.received.length
    await comeDue()
    await deliverDue(services, NEVER)
    await cutLogBatches.run(services, NEVER)
    expect(receiver.received).toHaveLength(seen)
    await watchLogOutlets.run(services, NEVER)
    const [line] = (await listPushes(services, nora)).filter(({ id }) => id === push.pushId)
    expect(line).toMatchObject({ state: 'hand', deadCount: 1 })
    const rows = await services.db.$queryRaw<{ after: unknown }[]>`
      SELECT after FROM audit.events WHERE target_id = ${push.pushId} AND after ->> 'why' = 'hand'`
    expect(rows).toHaveLength(1)
  })

  test('and an administrator sees that it is there, and changes nothing of it', async () => {
    const ada = await office.hire('ada', ['admin'])
    const [line] = (await listWebhooks(services, ada)).filter(({ id }) => id === push.pushId)
    expect(line).toMatchObject({ carriesLog: true, events: [], project: null })
    await expect(removeWebhook(services, ada, push.pushId)).rejects.toMatchObject({ code: 'webhook-invalid' })
    await expect(tryWebhook(services, ada, push.pushId)).rejects.toMatchObject({ code: 'webhook-invalid' })
    receiver.answerWith(() => 500)
    await note()
    await pushDue()
    const [delivery] = await deliveries()
    await expect(retryDelivery(services, ada, delivery?.id ?? '')).rejects.toMatchObject({
      code: 'webhook-invalid',
    })
  })

  test('of whom those of one project take no room of another', async () => {
    const ola = await office.hire('ola', [`auditor@${office.retail.id}`])
    const own: AddedPush[] = []
    for (let count = 0; count < 20; count += 1) own.push(await add(ola, { project: 'Retail EU' }))
    await expect(add(ola, { project: 'Retail EU' })).rejects.toMatchObject({ code: 'webhook-invalid' })
    const { pushId } = await add(nora)
    for (const added of [...own, { pushId }]) await endPush(services, nora, added.pushId)
  })

  test('that tries it without anything of the log', async () => {
    expect(await tryPush(services, nora, push.pushId)).toEqual({ delivered: true, status: 204, error: null })
    expect(batches()).toMatchObject([{ type: 'test', data: { webhookId: push.pushId } }])
  })

  test.each([
    ['ftp://siem.test/', 'an http or https URL'],
    ['https://u:p@siem.test/', 'no user and no password'],
    ['https://siem.test/#x', 'a fragment'],
  ])('to an address that can be: %s', async (url, said) => {
    await expect(add(nora, { url })).rejects.toMatchObject({
      code: 'webhook-invalid',
      detail: expect.stringContaining(said),
    })
  })

  test.each([
    [{}],
    [{ url: 'https://a.test/', events: [] }],
    [{ url: 'https://a.test/', from: 'yesterday' }],
  ])('by a body that is understood: %#', (body) => {
    expect(() => parsePush(body)).toThrow('request-invalid')
  })
})
