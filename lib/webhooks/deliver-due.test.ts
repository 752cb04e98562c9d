import { spawn } from 'node:child_process'
import { createHmac, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createMigratedDatabase } from '../../e2e/stack/test-database.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../../e2e/stack/webhook-receiver.ts'
import { madeUpEnvironment } from '../apply/test-command.ts'
import { createTestServices } from '../auth/test-services.ts'
import { deliverWebhooks } from '../jobs/deliver-webhooks.ts'
import { listJobs } from '../jobs/worker.ts'
import type { Services } from '../services.ts'
import { deliverDue } from './deliver-due.ts'
import { layDeliveries, layWebhook, TEST_SIGNING_SECRET } from './test-webhooks.ts'

const NEVER = new AbortController().signal
const environment = {
  ALLOW_PRIVATE_HOSTS: '127.0.0.1',
  SECRETS_KEY: randomBytes(32).toString('base64'),
}
let databaseUrl: string
let services: Services
let others: Services
const receivers: WebhookReceiver[] = []

beforeAll(async () => {
  databaseUrl = (await createMigratedDatabase()).applicationUrl
  services = createTestServices(databaseUrl, environment)
  others = createTestServices(databaseUrl, environment)
})
afterEach(async () => {
  await Promise.all(receivers.splice(0).map((receiver) => receiver.stop()))
  // So that no test meets what another one left.
  await services.db.$executeRaw`UPDATE webhooks SET removed_at = now()`
})
afterAll(async () => {
  for (const each of [services, others]) {
    await each.db.$disconnect()
    await each.outgoing.close()
  }
})

async function receive(): Promise<WebhookReceiver> {
  const receiver = await startWebhookReceiver()
  receivers.push(receiver)
  return receiver
}

const idsOf = (receiver: WebhookReceiver) => receiver.received.map(({ headers }) => headers['webhook-id'])
const rowOf = (id: string) => services.db.webhookDelivery.findUniqueOrThrow({ where: { id } })

/** As if the time until the next attempt, or until a claim runs out, had gone by. */
const comeDue = (ids: readonly string[]) =>
  services.db.webhookDelivery.updateMany({
    where: { id: { in: [...ids] }, nextAttemptAt: { not: null } },
    data: { nextAttemptAt: new Date(Date.now() - 1000) },
  })

test('is among what the worker does', () => {
  expect(listJobs()).toContain(deliverWebhooks)
})

test('what is due is sent, once, signed with the webhook’s own secret', async () => {
  const receiver = await receive()
  const webhookId = await layWebhook(services, { url: receiver.url })
  const [id = ''] = await layDeliveries(services, webhookId, 1)
  await deliverDue(services, NEVER)
  await deliverDue(services, NEVER)
  expect(idsOf(receiver)).toEqual([id])
  const [got] = receiver.received
  const toSign = `${id}.${got?.headers['webhook-timestamp']}.${got?.body}`
  const key = Buffer.from(TEST_SIGNING_SECRET.replace('whsec_', ''), 'base64')
  expect(got?.headers['webhook-signature']).toBe(
    `v1,${createHmac('sha256', key).update(toSign).digest('base64')}`,
  )
  expect(JSON.parse(got?.body ?? '')).toMatchObject({ type: 'request.made', data: { index: '0' } })
  expect(await rowOf(id)).toMatchObject({ attempts: 1, lastStatus: 204, lastError: null, deadAt: null })
  expect((await rowOf(id)).deliveredAt).not.toBeNull()
})

test('what is not taken is tried again later, with the same id and body', async () => {
  const receiver = await receive()
  receiver.answerWith(() => (receiver.received.length === 1 ? 500 : 200))
  const webhookId = await layWebhook(services, { url: receiver.url })
  const [id = ''] = await layDeliveries(services, webhookId, 1)
  await deliverDue(services, NEVER)
  const failed = await rowOf(id)
  expect(failed).toMatchObject({ attempts: 1, lastStatus: 500, lastError: 'answered 500', deliveredAt: null })
  const laterMs = (failed.nextAttemptAt?.getTime() ?? 0) - failed.createdAt.getTime()
  expect(laterMs).toBeGreaterThan(3_500)
  await deliverDue(services, NEVER)
  expect(receiver.received).toHaveLength(1)
  await comeDue([id])
  await deliverDue(services, NEVER)
  expect(idsOf(receiver)).toEqual([id, id])
  expect(receiver.received[1]?.body).toBe(receiver.received[0]?.body)
  expect(await rowOf(id)).toMatchObject({ attempts: 2, lastStatus: 200, lastError: null })
})

describe('given up, and on record,', () => {
  const failures = (id: string) => services.db.$queryRaw<{ outcome: string; after: unknown }[]>`
    SELECT outcome::text, after FROM audit.events
    WHERE action = 'webhook.failed' AND after ->> 'deliveryId' = ${id}`

  test('is what was not taken eight times', async () => {
    const receiver = await receive()
    receiver.answerWith(() => 503)
    const webhookId = await layWebhook(services, { url: receiver.url })
    const [id = ''] = await layDeliveries(services, webhookId, 1)
    for (let attempt = 1; attempt <= 9; attempt += 1) {
      await deliverDue(services, NEVER)
      await comeDue([id])
    }
    expect(receiver.received).toHaveLength(8)
    const row = await rowOf(id)
    expect(row).toMatchObject({ attempts: 8, nextAttemptAt: null, lastStatus: 503 })
    expect(row.deadAt).not.toBeNull()
    expect(await failures(id)).toEqual([
      {
        outcome: 'failed',
        after: { deliveryId: id, event: 'request.made', attempts: 8, status: 503, error: 'answered 503' },
      },
    ])
  })

  test('is at once what the receiver wants never again', async () => {
    const receiver = await receive()
    receiver.answerWith(() => 410)
    const [id = ''] = await layDeliveries(services, await layWebhook(services, { url: receiver.url }), 1)
    await deliverDue(services, NEVER)
    expect(await failures(id)).toHaveLength(1)
    expect((await rowOf(id)).deadAt).not.toBeNull()
  })
})

test('an address inside the network that is not listed is refused, with what to list', async () => {
  const [id = ''] = await layDeliveries(
    services,
    await layWebhook(services, { url: 'http://10.0.0.1/hook' }),
    1,
  )
  await deliverDue(services, NEVER)
  const { lastError, lastStatus } = await rowOf(id)
  expect(lastStatus).toBeNull()
  expect(lastError).toContain('add 10.0.0.1:80 to ALLOW_PRIVATE_HOSTS')
})

test('what leads elsewhere was not taken', async () => {
  const [receiver, elsewhere] = [await receive(), await receive()]
  receiver.answerWith(() => ({ status: 302, location: elsewhere.url }))
  const [id = ''] = await layDeliveries(services, await layWebhook(services, { url: receiver.url }), 1)
  await deliverDue(services, NEVER)
  expect(await rowOf(id)).toMatchObject({
    ...{ lastStatus: 302, lastError: 'answered 302; redirects are not followed', deliveredAt: null },
  })
  expect(elsewhere.received).toEqual([])
})

test('one whose secret cannot be opened is told so, and nothing is sent', async () => {
  const receiver = await receive()
  const webhookId = await layWebhook(services, { url: receiver.url })
  await services.db.webhook.update({ where: { id: webhookId }, data: { secrets: {} } })
  const [id = ''] = await layDeliveries(services, webhookId, 1)
  await deliverDue(services, NEVER)
  expect((await rowOf(id)).lastError).toBe('its signing secret cannot be opened with SECRETS_KEY')
  expect(receiver.received).toEqual([])
})

test('a removed webhook is sent nothing', async () => {
  const receiver = await receive()
  const webhookId = await layWebhook(services, { url: receiver.url })
  await layDeliveries(services, webhookId, 3)
  await services.db.webhook.update({ where: { id: webhookId }, data: { removedAt: new Date() } })
  await deliverDue(services, NEVER)
  expect(receiver.received).toEqual([])
})

test('webhooks that hang hold up no other, and have no more than two open each', async () => {
  const [hanging, quick] = [await receive(), await receive()]
  hanging.answerWith(() => 'hang')
  const slow = await layWebhook(services, { url: hanging.url })
  const fast = await layWebhook(services, { url: quick.url })
  const stuck = await layDeliveries(services, slow, 40)
  await layDeliveries(services, fast, 40)
  const stopping = new AbortController()
  const delivering = deliverDue(services, stopping.signal)
  await quick.waitFor(40)
  // What comes while the other hangs does not wait for it either.
  await layDeliveries(services, fast, 10)
  await quick.waitFor(50)
  expect(hanging.received).toHaveLength(2)
  stopping.abort(new Error('the worker stops'))
  await delivering
  const rows = await services.db.webhookDelivery.findMany({ where: { id: { in: stuck } } })
  expect(rows.map(({ attempts, deliveredAt }) => [attempts, deliveredAt])).toEqual(Array(40).fill([0, null]))
})

test('two workers at once send each event once', async () => {
  const receiver = await receive()
  const webhooks = await Promise.all(
    Array.from({ length: 5 }, () => layWebhook(services, { url: receiver.url })),
  )
  const ids = (await Promise.all(webhooks.map((id) => layDeliveries(services, id, 20)))).flat()
  await Promise.all([deliverDue(services, NEVER), deliverDue(others, NEVER)])
  expect(idsOf(receiver).toSorted()).toEqual(ids.toSorted())
})

describe('a worker that is killed', () => {
  const startProcess = () =>
    spawn(process.execPath, ['lib/webhooks/test-deliver-process.ts'], {
      env: { NODE_ENV: 'test', ...madeUpEnvironment(databaseUrl), ...environment, LOG_LEVEL: 'silent' },
      stdio: 'ignore',
    })

  const kill = async (child: ReturnType<typeof startProcess>): Promise<void> => {
    const ended = once(child, 'close')
    child.kill('SIGKILL')
    expect(await ended).toEqual([null, 'SIGKILL'])
  }

  test('while it waits for an answer has lost nothing: it is sent again, by the same id', async () => {
    const receiver = await receive()
    receiver.answerWith(() => 'hang')
    const ids = await layDeliveries(services, await layWebhook(services, { url: receiver.url }), 2)
    const child = startProcess()
    await receiver.waitFor(2)
    await kill(child)
    receiver.answerWith(() => 204)
    // Its claim still holds: nobody else may have it meanwhile.
    await deliverDue(services, NEVER)
    expect(receiver.received).toHaveLength(2)
    await comeDue(ids)
    await deliverDue(services, NEVER)
    expect(idsOf(receiver).toSorted()).toEqual([...ids, ...ids].toSorted())
    for (const id of ids) expect(await rowOf(id)).toMatchObject({ attempts: 2, lastStatus: 204 })
  })

  test('after it was answered and before that is put down doubles it, by the same id', async () => {
    const receiver = await receive()
    const [id = ''] = await layDeliveries(services, await layWebhook(services, { url: receiver.url }), 1)
    const answered = Promise.withResolvers<void>()
    const killed = Promise.withResolvers<void>()
    // The row is held, so that the process cannot write what it was answered.
    receiver.answerWith(async () => {
      if (receiver.received.length > 1) return 204
      const held = Promise.withResolvers<void>()
      void services.db.$transaction(
        async (tx) => {
          await tx.$queryRaw`SELECT id FROM webhook_deliveries WHERE id = ${id}::uuid FOR UPDATE`
          held.resolve()
          await killed.promise
        },
        { timeout: 20_000 },
      )
      await held.promise
      answered.resolve()
      return 204
    })
    const child = startProcess()
    await answered.promise
    await endWrite()
    await kill(child)
    killed.resolve()
    expect(await rowOf(id)).toMatchObject({ attempts: 1, deliveredAt: null })
    await comeDue([id])
    await deliverDue(services, NEVER)
    expect(idsOf(receiver)).toEqual([id, id])
    expect((await rowOf(id)).deliveredAt).not.toBeNull()
  })

  /** Once the process waits to write: the statement of a dead client would still be carried out. */
  const endWrite = async (): Promise<void> => {
    for (;;) {
      const [row] = await services.db.$queryRaw<{ count: number }[]>`
        SELECT count(pg_terminate_backend(pid))::int AS count FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%delivered_at = now()%'`
      if (row !== undefined && row.count > 0) return
      await wait(20)
    }
  }
})
