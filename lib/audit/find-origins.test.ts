import { afterAll, beforeAll, expect, test } from 'vitest'
import { openOffice, type TestOffice } from '../access/test-office.ts'
import { newUuid } from '../uuid.ts'
import { beginSeries } from './begin-series.ts'
import { findEvents } from './find.ts'
import { findOrigins } from './find-origins.ts'
import { recordEvent } from './record.ts'
import { sealAll } from './test-seal-all.ts'

let office: TestOffice
beforeAll(async () => {
  office = await openOffice()
})
afterAll(() => office.stop())

test('a row says how it came into the log and, once it is sealed, in which block it is', async () => {
  const { db } = office.services
  await beginSeries(db)
  const signedInAt = new Date('2026-11-24T08:00:00Z')
  const record = (sessionId: string) =>
    recordEvent(db, {
      ...{ id: newUuid(), action: 'recording.viewed', outcome: 'allowed', sessionId, region: 'eu' },
      actor: {
        ...{ kind: 'person', issuer: 'https://login.bank.test', subject: 'rae', name: 'Rae', email: null },
        ...{ roles: ['reviewer'], signInId: newUuid(), signedInAt, acr: 'gold', amr: ['pwd', 'otp'] },
      },
    })
  await record('1_sealed')
  await sealAll(db)
  await record('1_later')
  const [later, sealed] = await Promise.all(
    ['1_later', '1_sealed'].map(async (sessionId) => {
      const { events } = await findEvents(
        db,
        { filter: { sessionId }, scope: 'all' },
        { after: null, limit: 1 },
      )
      return (await findOrigins(db, events))[events[0]?.id ?? '']
    }),
  )
  expect(sealed).toMatchObject({
    ...{ signedInAt, acr: 'gold', amr: ['pwd', 'otp'], region: 'eu', schemaVersion: 1 },
    ...{ writer: 'recordroom', block: expect.any(Number) },
  })
  expect(later?.block).toBeNull()
  expect(await findOrigins(db, [])).toEqual({})
})
