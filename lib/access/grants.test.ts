import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMigratedDatabase } from '../../e2e/stack/test-database.ts'
import { Prisma } from '../../prisma/client/client.ts'
import { openDatabase } from '../database.ts'
import { newUuid } from '../uuid.ts'
import { findGrantsInForce } from './grants.ts'

let db: ReturnType<typeof openDatabase>
let personId: string
let projects: string[]

const hour = 3_600_000
const from = (hours: number): Date => new Date(Date.now() + hours * hour)

beforeAll(async () => {
  db = openDatabase((await createMigratedDatabase()).applicationUrl)
  projects = await Promise.all(
    ['1', '2'].map(async (recorderKey) => {
      const project = await db.project.create({
        data: {
          id: newUuid(),
          kind: 'opentok',
          recorderKey,
          name: recorderKey,
          apiUrl: 'https://api.test',
          secrets: {},
          reasons: [],
        },
      })
      return project.id
    }),
  )
})
afterAll(() => db.$disconnect())

const person = async (roles: { role: string; projectId?: string }[], disabledAt: Date | null = null) => {
  const { id } = await db.person.create({
    data: { id: newUuid(), email: `${newUuid()}@test`, disabledAt },
  })
  for (const role of roles) await db.roleHeld.create({ data: { personId: id, ...role } })
  personId = id
}

const grant = async (
  changes: {
    projectId?: string
    rights?: string[]
    validFrom?: Date
    validUntil?: Date
    revokedAt?: Date
  } = {},
) => {
  const { id } = await db.grant.create({
    data: {
      id: newUuid(),
      personId,
      projectId: projects[0] ?? '',
      rights: ['recording:find', 'recording:play'],
      validFrom: from(-1),
      validUntil: from(1),
      reason: 'for this test',
      ...changes,
    },
  })
  return id
}

const found = async (client: Pick<typeof db, '$queryRaw'> = db): Promise<string[]> => {
  const grants = await findGrantsInForce(client, personId, 'recording:play')
  return grants.map(({ id }) => id)
}

test('a reviewer’s grant in force is found, with its scope and end', async () => {
  await person([{ role: 'reviewer' }])
  const validUntil = from(2)
  const id = await grant({ validUntil })
  expect(await findGrantsInForce(db, personId, 'recording:play')).toEqual([
    { id, projectId: projects[0], rights: ['recording:find', 'recording:play'], validUntil },
  ])
})

test('the one that lasts longest comes first', async () => {
  await person([{ role: 'reviewer' }])
  const short = await grant()
  const long = await grant({ validUntil: from(5) })
  expect(await found()).toEqual([long, short])
})

test('not before it begins, nor from its very end on', async () => {
  await person([{ role: 'reviewer' }])
  const id = await grant()
  // A transaction’s clock stands still.
  const foundWith = (change: Prisma.Sql) =>
    db.$transaction(async (tx) => {
      await tx.$executeRaw`UPDATE grants SET ${change} WHERE id = ${id}::uuid`
      return found(tx)
    })
  const instant = Prisma.sql`interval '1 microsecond'`
  expect(await foundWith(Prisma.sql`valid_from = now() + ${instant}, valid_until = 'infinity'`)).toEqual([])
  expect(await foundWith(Prisma.sql`valid_from = now()`)).toEqual([id])
  expect(await foundWith(Prisma.sql`valid_from = '-infinity', valid_until = now() + ${instant}`)).toEqual([
    id,
  ])
  expect(await foundWith(Prisma.sql`valid_until = now()`)).toEqual([])
})

test('not one taken back', async () => {
  await person([{ role: 'reviewer' }])
  await grant({ revokedAt: new Date() })
  expect(await found()).toEqual([])
})

test('not one without the right', async () => {
  await person([{ role: 'reviewer' }])
  await grant({ rights: ['recording:find'] })
  expect(await found()).toEqual([])
})

test('not for somebody who is no reviewer, or of another project alone', async () => {
  await person([{ role: 'admin' }, { role: 'reviewer', projectId: projects[1] ?? '' }])
  await grant()
  expect(await found()).toEqual([])
  const other = await grant({ projectId: projects[1] ?? '' })
  expect(await found()).toEqual([other])
})

test('not for somebody disabled', async () => {
  await person([{ role: 'reviewer' }], new Date())
  await grant()
  expect(await found()).toEqual([])
})
