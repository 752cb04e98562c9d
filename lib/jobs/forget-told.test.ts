import { afterAll, beforeAll, expect, test } from 'vitest'
import { openOffice, type TestOffice } from '../access/test-office.ts'
import { newUuid } from '../uuid.ts'
import { LOG_BATCH } from '../webhooks/log/log-event.ts'
import { layWebhook } from '../webhooks/test-webhooks.ts'
import { forgetTold } from './forget-told.ts'
import { listJobs } from './worker.ts'

let office: TestOffice

beforeAll(async () => {
  office = await openOffice()
})
afterAll(() => office.stop())

const daysAgo = (days: number): Date => new Date(Date.now() - days * 86_400_000)
const run = async (): Promise<void> => {
  for (const job of forgetTold) await job.run(office.services, AbortSignal.timeout(10_000))
}

test('notices are kept for 90 days, read or not', async () => {
  const { notice } = office.services.db
  const { personId } = await office.hire('somebody')
  const add = async (days: number, readAt: Date | null) => {
    const row = { personId, kind: 'grant.ending', about: {}, createdAt: daysAgo(days), readAt }
    return (await notice.create({ data: { id: newUuid(), ...row } })).id
  }
  const old = [await add(91, null), await add(400, new Date())]
  const young = [await add(89, new Date()), await add(0, null)]
  await run()
  expect(await notice.count({ where: { id: { in: old } } })).toBe(0)
  expect(await notice.count({ where: { id: { in: young } } })).toBe(2)
})

test('deliveries that are over are kept for 90 days, what is on its way and batches of the log for longer', async () => {
  const { webhookDelivery } = office.services.db
  const webhookId = await layWebhook(office.services, { url: 'https://hooks.bank.test/in' })
  const add = async (fields: { event?: string; deliveredAt?: Date; deadAt?: Date }) => {
    const row = { webhookId, event: 'request.made', body: {}, createdAt: daysAgo(200), ...fields }
    return (await webhookDelivery.create({ data: { id: newUuid(), ...row } })).id
  }
  const last = await add({ deliveredAt: daysAgo(100) })
  const over = [await add({ deliveredAt: daysAgo(101) }), await add({ deadAt: daysAgo(91) })]
  const kept = [
    await add({}),
    await add({ deadAt: daysAgo(89) }),
    await add({ event: LOG_BATCH, deadAt: daysAgo(150) }),
    await add({ event: LOG_BATCH, deliveredAt: daysAgo(150) }),
  ]
  await run()
  const left = await webhookDelivery.findMany({ where: { webhookId }, select: { id: true } })
  expect(left.map(({ id }) => id).toSorted(), 'when it last took one').toEqual([last, ...kept].toSorted())
  expect(left.map(({ id }) => id)).not.toEqual(expect.arrayContaining(over))
  await add({ deliveredAt: daysAgo(1) })
  await run()
  expect(await webhookDelivery.count({ where: { id: last } })).toBe(0)
})

test('of a webhook that was removed nothing is kept for longer', async () => {
  const { webhook, webhookDelivery } = office.services.db
  const webhookId = await layWebhook(office.services, { url: 'https://hooks.bank.test/gone' })
  const row = { webhookId, event: 'request.made', body: {}, deliveredAt: daysAgo(100) }
  await webhookDelivery.create({ data: { id: newUuid(), ...row } })
  await run()
  expect(await webhookDelivery.count({ where: { webhookId } })).toBe(1)
  await webhook.update({ where: { id: webhookId }, data: { removedAt: daysAgo(1) } })
  await run()
  expect(await webhookDelivery.count({ where: { webhookId } })).toBe(0)
})

test('is among what the worker does', () => {
  expect(listJobs()).toEqual(expect.arrayContaining([...forgetTold]))
})
