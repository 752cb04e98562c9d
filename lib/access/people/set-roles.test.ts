import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '../../auth/actor.ts'
import { isAppError } from '../../errors.ts'
import { newUuid } from '../../uuid.ts'
import { roleText } from '../permissions.ts'
import { openOffice, type TestOffice } from '../test-office.ts'
import { parseRoles, setRoles } from './set-roles.ts'

let office: TestOffice
let admin: Actor
let second: Actor
let local: Actor
let somebody: Actor

beforeAll(async () => {
  office = await openOffice()
  admin = await office.hire('admin', ['admin'])
  second = await office.hire('second', ['admin', 'reviewer'])
  local = await office.hire('local', [`admin@${office.retail.id}`])
})
beforeEach(async () => {
  somebody = await office.hire('somebody')
})
afterAll(() => office.stop())

const set = (hand: Actor, of: Actor, roles: readonly unknown[], was?: readonly unknown[]) =>
  setRoles(office.services, hand, {
    personId: of.personId,
    ...parseRoles({ roles, ...(was !== undefined && { was }) }),
  })

const heldBy = async ({ personId }: Actor): Promise<string[]> => {
  const rows = await office.services.db.roleHeld.findMany({ where: { personId } })
  return rows.map(roleText).toSorted()
}

type Row = {
  code: string | null
  outcome: string
  subject: string
  target: string
  project: string | null
  before: unknown
  after: unknown
}

/** The rows of the log about somebody’s roles. */
const rowsOf = ({ personId }: Pick<Actor, 'personId'>): Promise<Row[]> =>
  office.services.db.$queryRaw<Row[]>`
    SELECT code, outcome::text, actor_subject AS subject, target_id AS target, before, after,
      project_name AS project
    FROM audit.events WHERE action = 'role.changed' AND target_id = ${personId} ORDER BY id`

/** The code it was refused by, that being on record and nothing changed. */
const refusal = async (
  hand: Actor,
  of: Actor,
  roles: readonly unknown[],
  was?: readonly unknown[],
): Promise<unknown> => {
  const [before, rows] = [await heldBy(of), await rowsOf(of)]
  const error = await set(hand, of, roles, was).catch((thrown: unknown) => thrown)
  const code = isAppError(error) ? error.code : error
  expect(await heldBy(of)).toEqual(before)
  expect((await rowsOf(of)).slice(rows.length)).toMatchObject([
    { code, outcome: 'refused', subject: hand.subject, target: of.personId },
  ])
  return code
}

describe('an administrator of all projects', () => {
  test('gives and takes roles, a row on record for each project concerned, its giver with the role', async () => {
    const roles = ['admin', { role: 'reviewer', projects: ['Wealth', 'Retail EU'] }]
    expect(await set(admin, somebody, roles)).toEqual([
      'admin',
      { role: 'reviewer', projects: ['Retail EU', 'Wealth'] },
    ])
    const held = ['admin', `reviewer@${office.retail.id}`, `reviewer@${office.wealth.id}`]
    expect(await heldBy(somebody)).toEqual(held.toSorted())
    const given = await office.services.db.roleHeld.findMany({ where: { personId: somebody.personId } })
    expect(new Set(given.map(({ givenBy }) => givenBy))).toEqual(new Set([admin.personId]))
    expect(await set(admin, somebody, ['reviewer'])).toEqual(['reviewer'])
    expect(await set(admin, somebody, [])).toEqual([])
    const { issuer, subject } = somebody
    const allowed = { outcome: 'allowed', subject: admin.subject }
    const [none, onRetail, onWealth] = [
      [],
      [`reviewer@${office.retail.id}`],
      [`reviewer@${office.wealth.id}`],
    ]
    const told = (project: string | null, had: readonly string[], has: readonly string[]) => ({
      ...{ ...allowed, project, before: { roles: had }, after: { roles: has, issuer, subject } },
    })
    const rows = await rowsOf(somebody)
    expect(rows).toHaveLength(7)
    expect(rows.slice(0, 3)).toEqual(
      expect.arrayContaining([
        expect.objectContaining(told(null, none, ['admin'])),
        expect.objectContaining(told('Retail EU', none, onRetail)),
        expect.objectContaining(told('Wealth', none, onWealth)),
      ]),
    )
    expect(rows.slice(3, 6)).toEqual(
      expect.arrayContaining([
        expect.objectContaining(told(null, ['admin'], ['reviewer'])),
        expect.objectContaining(told('Retail EU', onRetail, none)),
        expect.objectContaining(told('Wealth', onWealth, none)),
      ]),
    )
    expect(rows[6]).toMatchObject(told(null, ['reviewer'], none))
  })

  test('who says what is held already changes nothing, and nothing goes on record', async () => {
    await set(admin, somebody, ['reviewer'])
    const [role] = await office.services.db.roleHeld.findMany({ where: { personId: somebody.personId } })
    expect(await set(second, somebody, ['reviewer', 'reviewer'])).toEqual(['reviewer'])
    expect(await office.services.db.roleHeld.findMany({ where: { personId: somebody.personId } })).toEqual([
      role,
    ])
    expect(await rowsOf(somebody)).toHaveLength(1)
  })

  test('makes a reviewer of an auditor, and not both of one', async () => {
    const auditor = await office.hire('auditor', ['auditor'])
    await office.hire('another auditor', ['auditor'])
    expect(await refusal(admin, auditor, ['auditor', { role: 'reviewer', projects: ['Wealth'] }])).toBe(
      'roles-apart',
    )
    expect(await set(admin, auditor, ['reviewer'])).toEqual(['reviewer'])
  })

  test('gives no role for a project that there is not', async () => {
    expect(await refusal(admin, somebody, [{ role: 'reviewer', projects: ['Retail EU', 'retail eu'] }])).toBe(
      'scope-unknown',
    )
  })

  test('gives none to somebody who is disabled, and takes what they have', async () => {
    await set(admin, somebody, ['reviewer', 'admin'])
    await office.services.db.person.update({
      where: { id: somebody.personId },
      data: { disabledAt: new Date() },
    })
    expect(await refusal(admin, somebody, ['reviewer', { role: 'admin', projects: ['Wealth'] }])).toBe(
      'person-invalid',
    )
    expect(await set(admin, somebody, [])).toEqual([])
  })

  test('gives themselves nothing and takes nothing from themselves', async () => {
    expect(await refusal(admin, admin, ['admin', 'reviewer'])).toBe('own-access')
    expect(await refusal(admin, { ...admin, personId: admin.personId }, [])).toBe('own-access')
  })

  test.each([newUuid(), 'none', '', "' OR true --"])('is refused who is not known: %j', async (personId) => {
    const unknown = { ...somebody, personId }
    await expect(set(admin, unknown, ['reviewer'])).rejects.toMatchObject({ code: 'forbidden' })
    const target = personId.length === 36 ? personId : 'unknown'
    expect((await rowsOf({ personId: target })).at(-1)).toMatchObject({
      code: 'forbidden',
      outcome: 'refused',
    })
  })

  test('whose own role was taken since they came in gives nothing', async () => {
    const former = await office.hire('former', ['admin'])
    await set(admin, former, [])
    expect(await refusal(former, somebody, ['reviewer'])).toBe('forbidden')
    expect(await refusal(former, second, [])).toBe('forbidden')
  })
})

describe('an administrator of one project', () => {
  const retail = (role: string) => ({ role, projects: ['Retail EU'] })

  test('gives and takes roles of that project and leaves all others as they are', async () => {
    await set(admin, somebody, [{ role: 'reviewer', projects: ['Wealth', 'Retail EU'] }, 'admin'])
    expect(await set(local, somebody, [retail('admin')])).toEqual(['admin', retail('admin')])
    expect(await heldBy(somebody)).toEqual(
      ['admin', `admin@${office.retail.id}`, `reviewer@${office.wealth.id}`].toSorted(),
    )
    // What is held for all is shown to them, and may be said again.
    expect(await set(local, somebody, ['admin'])).toEqual(['admin'])
    expect(await heldBy(somebody)).toEqual(['admin', `reviewer@${office.wealth.id}`])
  })

  test.each([
    ['for all projects', ['reviewer']],
    ['for another', [{ role: 'reviewer', projects: ['Wealth'] }]],
    ['for one that there is not', [{ role: 'reviewer', projects: ['Nowhere'] }]],
  ])('gives none %s, and is told the same', async (_, roles) => {
    expect(await refusal(local, somebody, roles)).toBe('forbidden')
  })

  test('is not told that somebody holds a role elsewhere', async () => {
    await set(admin, somebody, [{ role: 'reviewer', projects: ['Wealth'] }])
    expect(await refusal(local, somebody, [{ role: 'reviewer', projects: ['Wealth'] }])).toBe('forbidden')
    expect(await set(local, somebody, [])).toEqual([])
  })
})

describe('who says what they were shown', () => {
  const of = (...projects: readonly string[]) => ({ role: 'reviewer', projects })

  test('changes it where it still is so, in whatever order it is said', async () => {
    expect(await set(admin, somebody, ['admin', of('Wealth', 'Retail EU')], [])).toHaveLength(2)
    const was = [of('Retail EU', 'Wealth'), 'admin']
    expect(await set(second, somebody, ['admin'], was)).toEqual(['admin'])
  })

  test('does not give back what another has taken, nor take what another has given', async () => {
    await set(admin, somebody, ['admin', 'reviewer'])
    await set(second, somebody, ['reviewer'])
    expect(await refusal(admin, somebody, ['admin'], ['admin', 'reviewer'])).toBe('changed-meanwhile')
    await set(second, somebody, ['reviewer', of('Wealth')])
    for (const was of [['reviewer'], [of('Wealth')], [of('Wealth', 'Retail EU'), 'reviewer'], []])
      expect(await refusal(admin, somebody, [], was)).toBe('changed-meanwhile')
    expect(await set(admin, somebody, [], ['reviewer', of('Wealth')])).toEqual([])
  })

  test('is not told of what is held where they do not administer', async () => {
    await set(admin, somebody, ['admin', of('Wealth', 'Retail EU')])
    expect(await set(local, somebody, [], ['admin', of('Retail EU')])).toEqual(['admin'])
    for (const was of [[], ['admin', of('Wealth')]])
      expect(await refusal(local, somebody, [of('Retail EU')], was)).toBe('changed-meanwhile')
  })

  test('and wants what is so already, is told that it is', async () => {
    await set(admin, somebody, ['reviewer'])
    expect(await set(second, somebody, ['reviewer'], [])).toEqual(['reviewer'])
    expect(await rowsOf(somebody)).toHaveLength(1)
  })

  test('of two at once, changes it alone', async () => {
    const ended = await Promise.allSettled([
      set(admin, somebody, ['reviewer'], []),
      set(second, somebody, ['admin'], []),
    ])
    expect(ended.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(ended.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'changed-meanwhile' },
    })
    expect(await heldBy(somebody)).toHaveLength(1)
  })
})

describe('the last who holds a role keeps it', () => {
  let alone: TestOffice
  let [one, other]: Actor[] = []
  const put = (hand: Actor, { personId }: Actor, roles: readonly unknown[]) =>
    setRoles(alone.services, hand, { personId, ...parseRoles({ roles }) })

  beforeAll(async () => {
    alone = await openOffice()
    one = await alone.hire('one', ['admin'])
    other = await alone.hire('other', ['admin'])
  })
  afterAll(() => alone.stop())

  test('as auditor, once there has been one', async () => {
    const auditor = await alone.hire('auditor', ['auditor'])
    if (one === undefined) throw new Error('nobody was hired')
    await expect(put(one, auditor, [])).rejects.toMatchObject({
      code: 'last-holder',
      detail: 'Nobody would be left who is auditor of all projects. Make somebody else that first.',
    })
    await expect(put(one, auditor, [{ role: 'auditor', projects: ['Wealth'] }])).rejects.toMatchObject({
      code: 'last-holder',
    })
  })

  test('as administrator, also when two take it from each other at the same time', async () => {
    if (one === undefined || other === undefined) throw new Error('nobody was hired')
    const ended = await Promise.allSettled([put(one, other, []), put(other, one, [])])
    expect(ended.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(ended.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'forbidden' } })
    expect(await alone.services.db.roleHeld.count({ where: { role: 'admin' } })).toBe(1)
  })
})

test.each([
  { roles: 'reviewer' },
  { roles: ['owner'] },
  { roles: [{ role: 'reviewer', projects: [] }] },
  { roles: [{ role: 'reviewer' }] },
  { roles: [], was: 'reviewer' },
  { roles: [], was: null },
  { was: [] },
  {},
  null,
])('what does not have the form of roles is refused: %j', (body) => {
  expect(() => parseRoles(body)).toThrow(expect.objectContaining({ code: 'request-invalid' }))
})

test.each([
  [{ roles: [], until: '2027-02-03' }, 'until'],
  [{ roles: [{ role: 'reviewer', projects: ['Retail EU'], until: '2027-02-03' }] }, 'roles.0.until'],
])('a field that roles do not have is named: %j', (body, name) => {
  expect(() => parseRoles(body)).toThrow(expect.objectContaining({ detail: `${name}: is not known here.` }))
})
