import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMigratedDatabase } from '../../e2e/stack/test-database.ts'
import { createTestServices } from '../auth/test-services.ts'
import { AppError } from '../errors.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'
import { toRuleError } from './rule-broken.ts'

let services: Services
const [ADMIN, OTHER] = [newUuid(), newUuid()]

beforeAll(async () => {
  services = createTestServices((await createMigratedDatabase()).applicationUrl)
  for (const id of [ADMIN, OTHER]) await services.db.person.create({ data: { id, email: `${id}@bank.test` } })
  await services.db.roleHeld.create({ data: { personId: ADMIN, role: 'admin' } })
})
afterAll(async () => {
  await services.db.$disconnect()
  await services.outgoing.close()
})

const codeOf = async (work: Promise<unknown>): Promise<unknown> => {
  const error = toRuleError(await work.catch((thrown: unknown) => thrown))
  return error instanceof AppError ? error.code : error
}

describe('a rule of the database that was broken is told by its code', () => {
  test('by a constraint', async () => {
    const role = { personId: ADMIN, role: 'reviewer', givenBy: ADMIN }
    expect(await codeOf(services.db.roleHeld.create({ data: role }))).toBe('own-access')
  })

  test('by a trigger, whichever way the row is written', async () => {
    const role = { personId: ADMIN, role: 'reviewer', givenBy: OTHER }
    expect(await codeOf(services.db.roleHeld.create({ data: role }))).toBe('forbidden')
    const written = services.db.$executeRaw`
      INSERT INTO roles_held (id, person_id, role, given_by)
      VALUES (${newUuid()}::uuid, ${ADMIN}::uuid, 'reviewer', ${OTHER}::uuid)`
    expect(await codeOf(written)).toBe('forbidden')
    expect(await codeOf(services.db.roleHeld.create({ data: { personId: ADMIN, role: 'auditor' } }))).toBe(
      'roles-apart',
    )
  })

  test('at the end of a transaction', async () => {
    const take = { where: { personId: ADMIN } }
    expect(await codeOf(services.db.$transaction((tx) => tx.roleHeld.deleteMany(take)))).toBe('last-holder')
  })
})

test('any other error stays what it is', async () => {
  const error = await services.db.person
    .create({ data: { id: ADMIN, email: 'grants_by_an_admin@bank.test' } })
    .catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(Error)
  expect(toRuleError(error)).toBe(error)
  const unknown = await services.db.roleHeld
    .create({ data: { personId: ADMIN, role: 'grants_by_an_admin' } })
    .catch((thrown: unknown) => thrown)
  expect(toRuleError(unknown)).toBe(unknown)
  for (const odd of [null, undefined, 'text', new AppError('forbidden')]) expect(toRuleError(odd)).toBe(odd)
})
