import { randomBytes, randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { untilWaiting } from '../../../e2e/stack/in-turn.ts'
import { type Actor, findActor } from '../../auth/actor.ts'
import { hashToken } from '../../auth/session-cookie.ts'
import { signIn } from '../../auth/sign-in.ts'
import { isAppError } from '../../errors.ts'
import { newUuid } from '../../uuid.ts'
import { holdsGrant } from '../grants.ts'
import { openOffice, type TestOffice } from '../test-office.ts'
import { parsePersonState, setPersonState } from './set-person-state.ts'

let office: TestOffice
let admin: Actor
let second: Actor
let local: Actor
let somebody: Actor

beforeAll(async () => {
  office = await openOffice()
  admin = await office.hire('admin', ['admin'])
  second = await office.hire('second', ['admin'])
  local = await office.hire('local', [`admin@${office.retail.id}`])
})
beforeEach(async () => {
  somebody = await office.hire('somebody', ['reviewer'])
})
afterAll(() => office.stop())

const put = (
  hand: Actor,
  { personId }: Pick<Actor, 'personId'>,
  disabled: boolean,
  word = 'Left the company.',
) => setPersonState(office.services, hand, { personId, disabled, word })

/** Signs in; answers what finds the actor of it. */
const enter = async ({ issuer, subject }: Actor) => {
  const token = randomBytes(32).toString('base64url')
  await signIn(office.services, {
    identity: { issuer, subject, name: 'somebody', verifiedEmail: null, authTime: null, acr: null, amr: [] },
    tokenHash: hashToken(token),
    previousTokenHash: null,
    client: { address: '192.0.2.1', userAgent: 'test', requestId: 'r' },
  })
  return () => findActor(office.services, new Headers({ cookie: `next-auth.session-token=${token}` }))
}

type Row = {
  action: string
  outcome: string
  code: string | null
  subject: string
  target: string
  reason: string | null
}

const rowsOf = (...targets: readonly string[]): Promise<Row[]> =>
  office.services.db.$queryRaw<Row[]>`
    SELECT e.action::text, e.outcome::text, e.code, e.actor_subject AS subject, e.target_id AS target, l.reason
    FROM audit.events e JOIN audit.log l USING (id)
    WHERE e.target_id = ANY (${targets}) AND e.action IN ('sign-in.ended', 'person.disabled', 'person.enabled')
    ORDER BY e.id`

const isDisabled = async ({ personId }: Actor): Promise<boolean> => {
  const { disabledAt } = await office.services.db.person.findUniqueOrThrow({ where: { id: personId } })
  return disabledAt !== null
}

const refusal = async (work: Promise<unknown>): Promise<unknown> => {
  const error = await work.catch((thrown: unknown) => thrown)
  return isAppError(error) ? error.code : error
}

describe('somebody who is disabled', () => {
  test('is signed out everywhere, each sign-in on record as ended by whoever did it', async () => {
    const found = await enter(somebody)
    const elsewhere = (await found())?.signInId ?? ''
    await put(admin, somebody, true)
    expect(await found()).toBeNull()
    const doer = { subject: admin.subject }
    const rows = await rowsOf(somebody.personId, somebody.signInId, elsewhere)
    expect(rows).toHaveLength(3)
    expect(rows).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ action: 'sign-in.ended', code: 'disabled', target: elsewhere, ...doer }),
        expect.objectContaining({
          action: 'sign-in.ended',
          code: 'disabled',
          target: somebody.signInId,
          ...doer,
        }),
        expect.objectContaining({
          ...{ action: 'person.disabled', outcome: 'allowed', target: somebody.personId },
          ...{ reason: 'Left the company.', ...doer },
        }),
      ]),
    )
    await expect(enter(somebody)).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('and is enabled again holds what they held, and signs in anew', async () => {
    await office.services.db.grant.create({
      data: {
        ...{ personId: somebody.personId, projectId: office.retail.id, rights: ['recording:play'] },
        ...{ validFrom: new Date(0), validUntil: new Date('2099-01-01'), reason: 'for this test' },
      },
    })
    const holds = () => holdsGrant(office.services.db, somebody.personId, 'recording:play')
    const found = await enter(somebody)
    await put(admin, somebody, true)
    expect(await holds()).toBe(false)
    await put(second, somebody, false, 'Has come back to us.')
    expect(await holds()).toBe(true)
    expect(await found()).toBeNull()
    expect(await (await enter(somebody))()).toMatchObject({ personId: somebody.personId })
    expect((await rowsOf(somebody.personId)).map(({ action }) => action)).toEqual([
      'person.disabled',
      'person.enabled',
    ])
  })

  test('already, or is not, is as good as once', async () => {
    await put(admin, somebody, false)
    await put(admin, somebody, true)
    await put(second, somebody, true)
    expect(await rowsOf(somebody.personId)).toHaveLength(1)
  })

  test('while they sign in is either let in first and put out, or not let in', async () => {
    const entries = Array.from({ length: 6 }, () => enter(somebody).catch(() => null))
    await Promise.all([...entries, put(admin, somebody, true)])
    for (const found of await Promise.all(entries)) expect(found === null ? null : await found()).toBeNull()
    const going = { personId: somebody.personId, endedAt: null }
    expect(await office.services.db.signIn.count({ where: going })).toBe(0)
  })
})

test('the sign-ins of whoever is disabled end in the order of their IDs, as wherever several end', async () => {
  const first = await office.services.db.signIn.create({
    data: {
      ...{
        id: `00000000${newUuid().slice(8)}`,
        personId: somebody.personId,
        tokenHash: randomUUID().repeat(2),
      },
      ...{ expiresAt: new Date(Date.now() + 3_600_000), amr: [] },
    },
  })
  const owner = new pg.Client({ connectionString: office.ownerUrl })
  await owner.connect()
  const take = async (id: string) =>
    (await owner.query('SELECT FROM sign_ins WHERE id = $1 FOR UPDATE SKIP LOCKED', [id])).rowCount
  let done: Promise<void> | undefined
  try {
    await owner.query('BEGIN')
    expect(await take(first.id)).toBe(1)
    done = put(admin, somebody, true)
    await untilWaiting(owner, 1)
    expect(await take(somebody.signInId), 'is not held by one that waits for another').toBe(1)
  } finally {
    await owner.end()
    await done
  }
})

describe('is refused, on record, and nothing done', () => {
  test.each<[string, () => [Actor, Actor, string?], string]>([
    ['an administrator of one project', () => [local, somebody], 'forbidden'],
    ['a reviewer', () => [somebody, local], 'forbidden'],
    ['whoever means themselves', () => [admin, admin], 'own-access'],
    ['who does not say why', () => [admin, somebody, ' so '], 'reason-invalid'],
    ['who says too much', () => [admin, somebody, 'a'.repeat(2001)], 'reason-invalid'],
  ])('%s', async (_, parts, code) => {
    const [hand, of, word] = parts()
    const before = await rowsOf(of.personId)
    expect(await refusal(put(hand, of, true, word))).toBe(code)
    expect((await rowsOf(of.personId)).slice(before.length)).toMatchObject([
      { action: 'person.disabled', outcome: 'refused', code, subject: hand.subject },
    ])
    expect(await isDisabled(of)).toBe(false)
  })

  test.each([newUuid(), 'none'])('for somebody who is not known: %j', async (personId) => {
    expect(await refusal(put(admin, { personId }, true))).toBe('forbidden')
  })

  test('for the last auditor', async () => {
    const auditor = await office.hire('auditor', ['auditor'])
    expect(await refusal(put(admin, auditor, true))).toBe('last-holder')
    expect((await rowsOf(auditor.personId)).at(-1)).toMatchObject({ code: 'last-holder', outcome: 'refused' })
    await office.hire('another auditor', ['auditor'])
    expect(await refusal(put(admin, auditor, true))).toBeUndefined()
  })

  test('for one of two administrators who disable each other at the same time', async () => {
    const alone = await openOffice()
    const [one, other] = [await alone.hire('one', ['admin']), await alone.hire('other', ['admin'])]
    const disable = (hand: Actor, { personId }: Actor) =>
      setPersonState(alone.services, hand, { personId, disabled: true, word: 'Left the company.' })
    const codes = await Promise.all([refusal(disable(one, other)), refusal(disable(other, one))])
    await alone.stop()
    expect(codes.toSorted()).toEqual(['forbidden', undefined])
  })
})

test('a state that is not whole is refused', () => {
  const whole = { disabled: true, word: 'Left the company.' }
  for (const body of [
    { disabled: true },
    { word: whole.word },
    { ...whole, disabled: 'yes' },
    { ...whole, a: 1 },
    null,
  ])
    expect(() => parsePersonState(body)).toThrow(expect.objectContaining({ code: 'request-invalid' }))
})
