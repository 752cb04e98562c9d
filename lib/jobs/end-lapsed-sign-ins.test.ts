import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMigratedDatabase } from '../../e2e/stack/test-database.ts'
import { hashToken } from '../auth/session-cookie.ts'
import { signIn } from '../auth/sign-in.ts'
import { createTestServices } from '../auth/test-services.ts'
import type { Services } from '../services.ts'
import { endLapsed } from './end-lapsed-sign-ins.ts'
import { listJobs } from './worker.ts'

let services: Services

beforeAll(async () => {
  services = createTestServices((await createMigratedDatabase()).applicationUrl)
})
afterAll(() => services.db.$disconnect())

const enter = (subject: string) =>
  signIn(services, {
    identity: {
      ...{ issuer: 'https://id.test', subject, name: null, verifiedEmail: null },
      ...{ authTime: null, acr: null, amr: [] },
    },
    tokenHash: hashToken(subject),
    previousTokenHash: null,
    client: { address: '192.0.2.1', userAgent: null, requestId: 'test' },
  })

test('a sign-in that nobody came back to ends on record, and another goes on', async () => {
  const [left, stays] = [await enter('left'), await enter('stays')]
  await services.db.$executeRaw`
    UPDATE sign_ins SET last_active_at = now() - interval '16 minutes' WHERE person_id = ${left.personId}::uuid`
  await endLapsed.run(services, AbortSignal.timeout(10_000))
  const ends = await services.db.$queryRaw<{ code: string; subject: string }[]>`
    SELECT code, actor_subject AS subject FROM audit.log WHERE action = 'sign-in.ended'`
  expect(ends).toEqual([{ code: 'idle', subject: 'left' }])
  const going = await services.db.signIn.findMany({ where: { endedAt: null } })
  expect(going.map(({ personId }) => personId)).toEqual([stays.personId])
})

test('is among what the worker does', () => {
  expect(listJobs()).toContain(endLapsed)
})
