import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Prisma } from '../../prisma/client/client.ts'
import { openSession, type Session } from '../../prisma/test-log.ts'
import { openOffice, type TestOffice } from '../access/test-office.ts'
import type { Actor } from '../auth/actor.ts'
import { newUuid } from '../uuid.ts'
import { askLog } from './ask-log.ts'
import { openReader } from './export/open-reader.ts'
import { parseLogQuery } from './log-query.ts'
import { readLog } from './read-log.ts'
import { recordEvent } from './record.ts'

let office: TestOffice
let owner: Session
/** Sees what the application is at, as nobody else does, and anew each time, since it holds no transaction. */
let looker: Session
let auditor: Actor
beforeAll(async () => {
  office = await openOffice()
  owner = await openSession(office.ownerUrl)
  looker = await openSession(office.services.env.databaseUrl)
  auditor = await office.hire('ada', ['auditor'])
})
afterAll(async () => {
  await Promise.all([owner.end(), looker.end()])
  await office.stop()
})

test('what takes too long is ended in the database too, and one more than a few comes back later', async () => {
  const sleep = () => askLog(office.services, (db) => db.$queryRaw`SELECT pg_sleep(60)`)
  const begun = performance.now()
  const asked = await Promise.allSettled(Array.from({ length: 5 }, sleep))
  expect(performance.now() - begun).toBeLessThan(10_000)
  const reasons = asked.map((each) => (each.status === 'rejected' ? each.reason : null))
  const slow = { code: 'log-slow', status: 503, detail: expect.stringContaining('Narrow the period') }
  const busy = { code: 'log-busy', status: 503, facts: { retryAfterSeconds: 5 } }
  expect(reasons.sort((one, other) => (one.code < other.code ? -1 : 1))).toMatchObject([
    ...[busy, slow, slow, slow, slow],
  ])
  const left = await looker.ask(
    `SELECT FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep(60)%'`,
  )
  expect(left).toEqual([])
}, 30_000)

test('whatever twenty-four people look for, what is served is put on record', async () => {
  const { db } = office.services
  await Promise.all(Array.from({ length: 20 }, () => db.$executeRaw`SELECT pg_sleep(0.1)`))
  await owner.ask('BEGIN')
  await owner.ask('LOCK TABLE people IN ACCESS EXCLUSIVE MODE')
  const read = () => readLog(office.services, auditor, parseLogQuery({ person: 'somebody' }))
  const pages = Array.from({ length: 24 }, read)
  const waiting = async (): Promise<number> => {
    const [row] = await looker.ask<{ count: number }>(
      `SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    )
    return row?.count ?? 0
  }
  await expect.poll(waiting, { timeout: 4_000 }).toBe(4)
  await wait(500)
  expect(await waiting()).toBe(4)
  // It has three seconds.
  await recordEvent(db, { id: newUuid(), action: 'viewing.window', outcome: 'allowed' })
  const said = (await Promise.all(pages)).map(({ faults }) => faults.join())
  expect(new Set(said)).toEqual(
    new Set([expect.stringContaining('Narrow the period'), expect.stringContaining('in a few seconds')]),
  )
  await owner.ask('ROLLBACK')
  expect(await read()).toMatchObject({ faults: [], events: [] })
}, 30_000)

test('an export has longer, and the rest of the portal what it had', async () => {
  const { services } = office
  const ask = Prisma.sql`SHOW statement_timeout`
  const reader = await openReader(services, new AbortController().signal)
  const settings = await Promise.all([
    reader.ask(ask),
    services.db.$queryRaw(ask),
    services.logDb.$queryRaw(ask),
  ])
  await reader.end()
  expect(settings.flat()).toEqual(['15min', '30s', '5s'].map((each) => ({ statement_timeout: each })))
})
