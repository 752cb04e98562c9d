import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { untilEnded } from '../../e2e/stack/in-turn.ts'
import { createMigratedDatabase } from '../../e2e/stack/test-database.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'
import { auditActor, findActor, readAsking, touchSignIn } from './actor.ts'
import { endLapsedSignIns, endSignInByToken } from './end-sign-in.ts'
import type { Identity } from './identity.ts'
import { hashToken } from './session-cookie.ts'
import { recordFailedSignIn, signIn } from './sign-in.ts'
import { createTestServices } from './test-services.ts'

const client = { address: '192.0.2.7', userAgent: 'test', requestId: 'r-1' }
let services: Services
let ownerUrl: string

beforeAll(async () => {
  const database = await createMigratedDatabase()
  ownerUrl = database.ownerUrl
  services = createTestServices(database.applicationUrl)
})
afterAll(() => services.db.$disconnect())

const identity = (subject: string, changes: Partial<Identity> = {}): Identity => ({
  issuer: 'https://login.bank.test',
  subject,
  name: 'Some One',
  verifiedEmail: `${subject}@bank.test`,
  authTime: new Date('2026-01-01T08:00:00Z'),
  acr: 'urn:two',
  amr: ['pwd', 'otp'],
  ...changes,
})

const enter = async (who: Identity, previous: string | null = null) => {
  const token = randomBytes(32).toString('base64url')
  const { personId } = await signIn(services, {
    identity: who,
    tokenHash: hashToken(token),
    previousTokenHash: previous === null ? null : hashToken(previous),
    client,
  })
  return { token, personId, headers: new Headers({ cookie: `a=b; next-auth.session-token=${token}` }) }
}

const prepare = async (email: string): Promise<string> => {
  const person = await services.db.person.create({ data: { id: newUuid(), email } })
  await services.db.roleHeld.create({ data: { personId: person.id, role: 'reviewer' } })
  return person.id
}

type Line = {
  action: string
  outcome: string
  code: string | null
  subject: string | null
  email: string | null
}
const logOf = (subject: string): Promise<Line[]> => services.db.$queryRaw<Line[]>`
  SELECT action, outcome, code, actor_subject AS subject, actor_email AS email
  FROM audit.log WHERE actor_subject = ${subject} ORDER BY id`

const shift = (personId: string, what: { started?: number; active?: number }) => services.db.$executeRaw`
  UPDATE sign_ins SET
    started_at = started_at - make_interval(mins => ${what.started ?? 0}),
    expires_at = expires_at - make_interval(mins => ${what.started ?? 0}),
    last_active_at = last_active_at - make_interval(mins => ${what.active ?? 0})
  WHERE person_id = ${personId}::uuid`

test('a sign-in of which it was told that it failed is none, and replaces none', async () => {
  const who = identity('delayed')
  const before = await enter(who)
  const rows = await logOf('delayed')
  const owner = new pg.Client(ownerUrl)
  await owner.connect()
  try {
    await owner.query('BEGIN')
    await owner.query('SELECT FROM people WHERE id = $1 FOR NO KEY UPDATE', [before.personId])
    await expect(enter(who, before.token)).rejects.toMatchObject({ code: 'audit-unavailable' })
    await owner.query('COMMIT')
    await untilEnded(owner)
  } finally {
    await owner.end()
  }
  expect(await logOf('delayed')).toEqual(rows)
  expect((await readAsking(services, before.headers)).kind).toBe('actor')
})

describe('a first sign-in', () => {
  test('makes a person who holds nothing, and is on record', async () => {
    const { headers, personId } = await enter(identity('new'))
    const actor = await findActor(services, headers)
    expect(actor).toMatchObject({
      personId,
      issuer: 'https://login.bank.test',
      subject: 'new',
      email: 'new@bank.test',
      roles: [],
      authTime: new Date('2026-01-01T08:00:00Z'),
      acr: 'urn:two',
      amr: ['pwd', 'otp'],
    })
    expect(await logOf('new')).toEqual([
      { action: 'sign-in.succeeded', outcome: 'allowed', code: null, subject: 'new', email: 'new@bank.test' },
    ])
  })

  test('keeps the hash of its token alone', async () => {
    const { token } = await enter(identity('hash'))
    const [found] = await services.db.$queryRaw<{ text: string }[]>`
      SELECT string_agg(s::text, '') AS text FROM sign_ins s`
    expect(found?.text).toContain(hashToken(token))
    expect(found?.text).not.toContain(token)
  })

  test('binds the person prepared by mail, however it is written', async () => {
    const prepared = await prepare('Prepared.Person@Bank.test')
    const { personId, headers } = await enter(identity('p-1', { verifiedEmail: 'prepared.person@bank.test' }))
    expect(personId).toBe(prepared)
    expect((await findActor(services, headers))?.roles).toEqual([{ role: 'reviewer', projectId: null }])
  })

  test('by an unverified mail binds nobody and keeps no mail', async () => {
    const prepared = await prepare('trusting@bank.test')
    const { personId, headers } = await enter(identity('p-2', { verifiedEmail: null }))
    expect(personId).not.toBe(prepared)
    expect(await findActor(services, headers)).toMatchObject({ email: null, roles: [] })
  })

  test('many at once make one person', async () => {
    const entered = await Promise.all(Array.from({ length: 6 }, () => enter(identity('crowd'))))
    expect(new Set(entered.map(({ personId }) => personId)).size).toBe(1)
  })
})

describe('a later sign-in', () => {
  test('is the same person by issuer and subject, whatever the mail is now', async () => {
    const first = await enter(identity('stays'))
    const second = await enter(identity('stays', { verifiedEmail: 'married@bank.test' }))
    expect(second.personId).toBe(first.personId)
  })

  test('takes over no prepared person', async () => {
    const first = await enter(identity('known'))
    await prepare('another@bank.test')
    const second = await enter(identity('known', { verifiedEmail: 'another@bank.test' }))
    expect(second.personId).toBe(first.personId)
    expect((await findActor(services, second.headers))?.roles).toEqual([])
  })

  test('with somebody else’s mail is somebody else', async () => {
    const owner = await enter(identity('owner', { verifiedEmail: 'shared@bank.test' }))
    const heir = await enter(identity('heir', { verifiedEmail: 'shared@bank.test' }))
    expect(heir.personId).not.toBe(owner.personId)
  })

  test('of the same subject at another issuer is somebody else', async () => {
    const here = await enter(identity('same'))
    const there = await enter(identity('same', { issuer: 'https://other.test' }))
    expect(there.personId).not.toBe(here.personId)
  })

  test('ends the one the same browser had', async () => {
    const first = await enter(identity('again'))
    const second = await enter(identity('again'), first.token)
    expect(await readAsking(services, first.headers)).toEqual({ kind: 'ended' })
    expect((await readAsking(services, second.headers)).kind).toBe('actor')
    expect(await logOf('again')).toMatchObject([
      { action: 'sign-in.succeeded' },
      { action: 'sign-in.ended', code: 'replaced' },
      { action: 'sign-in.succeeded' },
    ])
  })
})

describe('a disabled person', () => {
  test('is refused, and nothing is left of the attempt', async () => {
    const { personId } = await enter(identity('gone'))
    await services.db.person.update({ where: { id: personId }, data: { disabledAt: new Date() } })
    await expect(enter(identity('gone'))).rejects.toMatchObject({ code: 'forbidden' })
    expect(await services.db.signIn.count({ where: { personId } })).toBe(1)
  })

  test('loses the sign-in they have', async () => {
    const { personId, headers } = await enter(identity('going'))
    await services.db.person.update({ where: { id: personId }, data: { disabledAt: new Date() } })
    expect(await readAsking(services, headers)).toEqual({ kind: 'ended' })
    expect((await logOf('going')).at(-1)).toMatchObject({ action: 'sign-in.ended', code: 'disabled' })
  })
})

describe('a sign-in ends', () => {
  test('after fifteen minutes without activity, on record once', async () => {
    const { personId, headers } = await enter(identity('idle'))
    await shift(personId, { active: 14 })
    expect((await readAsking(services, headers)).kind).toBe('actor')
    await shift(personId, { active: 1 })
    const asked = await Promise.all([1, 2, 3].map(() => readAsking(services, headers)))
    expect(asked).toEqual([{ kind: 'ended' }, { kind: 'ended' }, { kind: 'ended' }])
    expect(await logOf('idle')).toMatchObject([
      { action: 'sign-in.succeeded' },
      { action: 'sign-in.ended', code: 'idle', email: 'idle@bank.test' },
    ])
  })

  test('not while there is activity', async () => {
    const { personId, headers } = await enter(identity('active'))
    await shift(personId, { active: 14 })
    const actor = await findActor(services, headers)
    await touchSignIn(services, actor?.signInId ?? '')
    await shift(personId, { active: 14 })
    expect((await readAsking(services, headers)).kind).toBe('actor')
  })

  test('for good: activity that comes too late revives nothing', async () => {
    const { personId, headers } = await enter(identity('late'))
    const actor = await findActor(services, headers)
    await shift(personId, { active: 15 })
    await touchSignIn(services, actor?.signInId ?? '')
    expect(await readAsking(services, headers)).toEqual({ kind: 'ended' })
  })

  test('after eight hours, activity or not', async () => {
    const { personId, headers } = await enter(identity('long'))
    await shift(personId, { started: 8 * 60 })
    expect(await readAsking(services, headers)).toEqual({ kind: 'ended' })
    expect((await logOf('long')).at(-1)).toMatchObject({ action: 'sign-in.ended', code: 'expired' })
  })

  test('by signing out, on record once', async () => {
    const { token, headers } = await enter(identity('out'))
    const ending = { tokenHash: hashToken(token), reason: 'signed-out', client } as const
    await endSignInByToken(services, ending)
    await endSignInByToken(services, ending)
    expect(await readAsking(services, headers)).toEqual({ kind: 'ended' })
    expect(await logOf('out')).toMatchObject([{ action: 'sign-in.succeeded' }, { code: 'signed-out' }])
  })

  test('by the clock when nobody comes back', async () => {
    const { personId } = await enter(identity('absent'))
    await shift(personId, { active: 20 })
    expect(await endLapsedSignIns(services)).toBeGreaterThan(0)
    expect((await logOf('absent')).at(-1)).toMatchObject({ action: 'sign-in.ended', code: 'idle' })
    expect(await endLapsedSignIns(services)).toBe(0)
  })
})

describe('a cookie', () => {
  test.each([
    ['', 'none'],
    ['next-auth.session-token=', 'empty'],
    ['next-auth.session-token=x', 'too short'],
    [`next-auth.session-token=${'a'.repeat(43)}`, 'unknown'],
    ["next-auth.session-token=' OR 1=1 --", 'not a token'],
  ])('%j is nobody’s (%s)', async (cookie) => {
    expect(await readAsking(services, new Headers({ cookie }))).toEqual({ kind: 'nobody' })
  })

  test('sent twice is nobody’s', async () => {
    const { token } = await enter(identity('twice'))
    const pair = `next-auth.session-token=${token}`
    expect(await readAsking(services, new Headers({ cookie: `${pair}; ${pair}` }))).toEqual({
      kind: 'nobody',
    })
  })

  test('holding the hash is nobody’s', async () => {
    const { token } = await enter(identity('thief'))
    const cookie = `next-auth.session-token=${hashToken(token)}`
    expect(await readAsking(services, new Headers({ cookie }))).toEqual({ kind: 'nobody' })
  })
})

test('the log knows an actor by roles and sign-in', async () => {
  const id = await prepare('actor@bank.test')
  const { headers } = await enter(identity('actor', { verifiedEmail: 'actor@bank.test' }))
  const actor = await findActor(services, headers)
  expect(actor?.personId).toBe(id)
  expect(actor && auditActor(actor)).toMatchObject({
    kind: 'person',
    roles: ['reviewer'],
    signInId: actor?.signInId,
  })
})

test('a failed sign-in is on record, with whoever was recognised', async () => {
  await recordFailedSignIn(services, { identity: identity('refused'), code: 'AccessDenied', client })
  await recordFailedSignIn(services, { identity: null, code: 'OAuthCallback', client })
  expect(await logOf('refused')).toMatchObject([{ action: 'sign-in.failed', outcome: 'refused' }])
  const [nobody] = await services.db.$queryRaw<{ address: string }[]>`
    SELECT address FROM audit.log WHERE action = 'sign-in.failed' AND code = 'OAuthCallback'`
  expect(nobody).toEqual({ address: '192.0.2.7' })
})

test('without a log there is no sign-in', async () => {
  const failing = {
    db: {
      $transaction: (work: (tx: unknown) => Promise<unknown>) =>
        services.db.$transaction((tx) =>
          work({
            $queryRaw: (parts: TemplateStringsArray, ...values: unknown[]) =>
              parts.join('').includes('append_audit_event')
                ? Promise.reject(new Error('the log is full'))
                : tx.$queryRaw(parts, ...values),
            $executeRaw: tx.$executeRaw.bind(tx),
          }),
        ),
    },
  }
  const token = hashToken('unwritten')
  await expect(
    signIn(failing as unknown as Services, {
      identity: identity('unwritten'),
      tokenHash: token,
      previousTokenHash: null,
      client,
    }),
  ).rejects.toMatchObject({ code: 'audit-unavailable' })
  expect(await services.db.signIn.count({ where: { tokenHash: token } })).toBe(0)
  expect(await services.db.person.count({ where: { subject: 'unwritten' } })).toBe(0)
})
