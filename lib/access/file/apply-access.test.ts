import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createMigratedDatabase } from '../../../e2e/stack/test-database.ts'
import { FileFaults } from '../../apply/file-faults.ts'
import { findActor } from '../../auth/actor.ts'
import { hashToken } from '../../auth/session-cookie.ts'
import { signIn } from '../../auth/sign-in.ts'
import { createTestServices } from '../../auth/test-services.ts'
import type { Services } from '../../services.ts'
import { holdsGrant } from '../grants.ts'
import { roleText } from '../permissions.ts'
import { applyAccess } from './apply-access.ts'
import { parseAccessFile } from './parse-access-file.ts'

let services: Services
const projects = new Map<string, string>()
/** Hold their role whatever a test takes from others. */
const standing = { admin: '', auditor: '' }

beforeAll(async () => {
  services = createTestServices((await createMigratedDatabase()).applicationUrl)
  const { db } = services
  for (const [recorderKey, name, rules] of [
    ['1', 'Retail EU', {}],
    ['2', 'Private', {}],
    ['3', 'Wealth', { fourEyes: true, longestGrantDays: 30 }],
  ] as const) {
    const data = { kind: 'opentok', recorderKey, name, apiUrl: 'https://api.test', secrets: {}, reasons: [] }
    const { id } = await db.project.create({ data: { region: 'eu', ...data, ...rules } })
    projects.set(name, id)
  }
  for (const role of ['admin', 'auditor'] as const) {
    const { id } = await db.person.create({ data: { email: `standing-${role}@bank.test` } })
    await db.roleHeld.create({ data: { personId: id, role } })
    standing[role] = id
  }
})
afterAll(() => services.db.$disconnect())

let made = 0
let mail = ''
beforeEach(() => {
  made += 1
  mail = `person${made}@bank.test`
})

const apply = (file: unknown): Promise<string[]> =>
  applyAccess(services, parseAccessFile(JSON.stringify(file)))

const enter = async (subject: string, email: string | null) => {
  const token = randomBytes(32).toString('base64url')
  const { personId } = await signIn(services, {
    identity: {
      ...{ issuer: 'https://login.bank.test', subject, name: null, verifiedEmail: email },
      ...{ authTime: null, acr: null, amr: [] },
    },
    tokenHash: hashToken(token),
    previousTokenHash: null,
    client: { address: '192.0.2.1', userAgent: 'test', requestId: 'r' },
  })
  const actor = await findActor(services, new Headers({ cookie: `next-auth.session-token=${token}` }))
  return { personId, roles: actor?.roles.map(roleText).toSorted() }
}

type Row = { action: string; subject: string; project: string | null; reason: string | null }
type Changes = { target: string; before: unknown; after: unknown }
let seen = 0n
const newRows = async (): Promise<(Row & Changes)[]> => {
  const rows = await services.db.$queryRaw<({ id: bigint } & Row & Changes)[]>`
    SELECT l.id, l.action, l.actor_subject AS subject, l.project, l.reason,
      e.target_kind || ' ' || e.target_id AS target, e.before, e.after
    FROM audit.log l JOIN audit.events e USING (id)
    WHERE l.id > ${seen} AND l.action NOT LIKE 'sign-in.%' ORDER BY l.id`
  seen = rows.at(-1)?.id ?? seen
  return rows.map(({ id: _id, ...row }) => row)
}
beforeEach(async () => void (await newRows()))

const grant = (changes: Record<string, unknown> = {}) => ({
  ...{ email: mail, project: 'Retail EU', rights: ['recording:find', 'recording:play'] },
  ...{ until: '2099-01-01', reason: 'Complaints of the spring' },
  ...changes,
})

const refusal = async (file: unknown): Promise<unknown> => {
  const before = await newRows()
  const error = await apply(file).catch((refused: unknown) => refused)
  expect([before, await newRows()]).toEqual([[], []])
  return error instanceof FileFaults ? error.faults : error
}

describe('the last who holds a role', () => {
  const at = (role: 'admin' | 'auditor') => `standing-${role}@bank.test`

  test.each(['admin', 'auditor'] as const)(
    'as %s is not taken, and nothing of the file is done',
    async (role) => {
      const others = { email: mail, roles: ['reviewer'] }
      expect(await refusal({ people: [others, { email: at(role), roles: [] }] })).toEqual([
        `people[1].roles: would leave nobody who is ${role} of all projects`,
      ])
      expect(await services.db.person.count({ where: { email: mail } })).toBe(0)
    },
  )

  test('is replaced in one file, in whichever order', async () => {
    await apply({
      people: [
        { email: at('auditor'), roles: [] },
        { email: mail, roles: ['auditor'] },
      ],
    })
    await apply({
      people: [
        { email: at('auditor'), roles: ['auditor'] },
        { email: mail, roles: [] },
      ],
    })
    expect(await services.db.roleHeld.count({ where: { role: 'auditor' } })).toBe(1)
  })

  test('does not keep it for all by keeping it for one project', async () => {
    const roles = [{ role: 'auditor', projects: ['Private'] }]
    expect(await refusal({ people: [{ email: at('auditor'), roles }] })).toEqual([
      'people[0].roles: would leave nobody who is auditor of all projects',
    ])
  })
})

describe('roles', () => {
  test('are held from the first sign-in on by whoever the mail belongs to', async () => {
    expect(await apply({ people: [{ email: mail.toUpperCase(), roles: ['admin', 'reviewer'] }] })).toEqual([
      `${mail}: added, known from the first sign-in on`,
      `${mail}: roles: admin, reviewer; were: none`,
      'people who hold a role and are not in the file: 2, they stay as they are',
    ])
    expect(await newRows()).toEqual([
      {
        ...{ action: 'role.changed', subject: 'access apply', project: null, reason: null },
        ...{ target: expect.stringMatching(/^person /), before: { roles: [] } },
        after: { roles: ['admin', 'reviewer'], issuer: null, subject: null },
      },
    ])
    expect((await enter(`s${made}`, mail)).roles).toEqual(['admin', 'reviewer'])
  })

  test('become what the file lists, for all projects or for those named, and stay when it says the same', async () => {
    const { personId } = await enter(`s${made}`, mail)
    await apply({ people: [{ email: mail, roles: ['admin'] }] })
    await newRows()
    const file = {
      people: [{ email: mail, roles: [{ role: 'reviewer', projects: ['Private', 'Retail EU'] }] }],
    }
    expect(await apply(file)).toContain(
      `${mail}: roles: reviewer of Private, reviewer of Retail EU; were: admin`,
    )
    const roles = [`reviewer@${projects.get('Private')}`, `reviewer@${projects.get('Retail EU')}`]
    const told = (project: string | null, had: readonly string[], has: readonly string[]) => ({
      ...{ target: `person ${personId}`, project, before: { roles: had } },
      after: { roles: has, issuer: 'https://login.bank.test', subject: `s${made}` },
    })
    expect(await newRows()).toMatchObject([
      told(null, ['admin'], []),
      told('Private', [], roles.slice(0, 1)),
      told('Retail EU', [], roles.slice(1)),
    ])
    expect((await enter(`s${made}`, mail)).roles).toEqual(roles.toSorted())

    expect(await apply(file)).toContain(`${mail}: roles not changed`)
    expect(await newRows()).toEqual([])
  })

  test('are taken from who is listed with none, and from an auditor who becomes a reviewer', async () => {
    await apply({ people: [{ email: mail, roles: ['auditor'] }] })
    await apply({ people: [{ email: mail, roles: ['reviewer'] }] })
    expect(await apply({ people: [{ email: mail, roles: [] }] })).toContain(
      `${mail}: roles: none; were: reviewer`,
    )
    expect((await enter(`s${made}`, mail)).roles).toEqual([])
  })

  test('of whoever the file leaves out stay, and it is said that there are some', async () => {
    await apply({ people: [{ email: mail, roles: ['admin'] }] })
    const rest = await services.db.person.count({ where: { roles: { some: {} } } })
    expect(await apply({})).toEqual([
      `people who hold a role and are not in the file: ${rest}, they stay as they are`,
    ])
    expect((await enter(`s${made}`, mail)).roles).toEqual(['admin'])
  })

  test('of somebody disabled change, and they stay disabled', async () => {
    await services.db.person.create({ data: { email: mail, disabledAt: new Date() } })
    expect(await apply({ people: [{ email: mail, roles: ['admin'] }] })).toEqual(
      expect.arrayContaining([`${mail}: is disabled and stays so`, `${mail}: roles: admin; were: none`]),
    )
    await expect(enter(`s${made}`, mail)).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('an auditor with another role is refused by the database too', async () => {
    const person = await services.db.person.create({ data: { email: mail } })
    const give = (role: string) => services.db.roleHeld.create({ data: { personId: person.id, role } })
    await give('auditor')
    await expect(give('reviewer')).rejects.toThrow(/an auditor holds no other role/)
    await expect(give('admin')).rejects.toThrow(/an auditor holds no other role/)
    await expect(give('owner')).rejects.toThrow(/roles_held_known/)
    expect(await services.db.roleHeld.count({ where: { personId: person.id } })).toBe(1)
  })
})

describe('a mail', () => {
  test('that has bound somebody means them for good, whoever gets it next', async () => {
    await apply({ people: [{ email: mail, roles: [] }] })
    const first = await enter(`first${made}`, mail)
    await enter(`first${made}`, `married-${mail}`)
    const next = await enter(`next${made}`, mail)
    expect(next.personId).not.toBe(first.personId)

    expect(await apply({ people: [{ email: mail, roles: ['admin'] }] })).toContain(
      `${mail}: means married-${mail}, who was bound by it`,
    )
    expect((await enter(`first${made}`, null)).roles).toEqual(['admin'])
    expect((await enter(`next${made}`, mail)).roles).toEqual([])
  })

  test('of somebody who has signed in without being prepared means them from then on', async () => {
    await enter(`first${made}`, mail)
    await apply({ people: [{ email: mail, roles: ['reviewer'] }] })
    await enter(`first${made}`, `married-${mail}`)
    await apply({ people: [{ email: mail, roles: ['reviewer', 'admin'] }] })
    expect((await enter(`first${made}`, null)).roles).toEqual(['admin', 'reviewer'])
    expect((await enter(`next${made}`, mail)).roles).toEqual([])
  })

  test('that two people have signed in with names neither', async () => {
    await enter(`first${made}`, mail)
    await enter(`next${made}`, mail)
    expect(await refusal({ people: [{ email: mail, roles: ['admin'] }] })).toEqual([
      'people[0].email: is the mail of several people who have signed in',
    ])
  })

  test('is one too many beside another of the same person', async () => {
    await apply({ people: [{ email: mail, roles: [] }] })
    await enter(`first${made}`, mail)
    await enter(`first${made}`, `married-${mail}`)
    const people = [
      { email: mail, roles: ['admin'] },
      { email: `married-${mail}`, roles: [] },
    ]
    expect(await refusal({ people })).toEqual([
      'people[1].email: is another mail of a person whom the file names already',
    ])
  })

  test('signed in with for the first time while it is prepared makes one person', async () => {
    const mails = Array.from({ length: 8 }, (_, index) => `at-once-${index}-${mail}`)
    const [, ...entered] = await Promise.all([
      apply({ people: mails.map((email) => ({ email, roles: ['reviewer'] })) }),
      ...mails.map((email) => enter(`s-${email}`, email)),
    ])
    expect(entered).toHaveLength(mails.length)
    expect(await services.db.person.count({ where: { email: { in: mails } } })).toBe(mails.length)
    for (const email of mails) expect((await enter(`s-${email}`, null)).roles).toEqual(['reviewer'])
  })
})

describe('a grant', () => {
  const held = async (email = mail) => {
    const { id } = await services.db.person.findFirstOrThrow({ where: { email } })
    return services.db.grant.findMany({ where: { personId: id }, orderBy: { id: 'asc' } })
  }

  test('is in force for a reviewer, its reason on record and no part of the row', async () => {
    const file = { people: [{ email: mail, roles: ['reviewer'] }], grants: [grant()] }
    const lines = await apply(file)
    const [given] = await held()
    expect(given).toMatchObject({
      ...{ projectId: projects.get('Retail EU'), rights: ['recording:find', 'recording:play'] },
      ...{ validUntil: new Date('2099-01-01'), reason: 'Complaints of the spring', givenBy: null },
    })
    const from = given?.validFrom.toISOString()
    expect(lines).toContain(
      `${mail} on Retail EU: granted recording:find, recording:play, from ${from} until 2099-01-01T00:00:00.000Z`,
    )
    expect(await newRows()).toMatchObject([
      { action: 'role.changed' },
      {
        ...{ action: 'grant.given', subject: 'access apply', project: 'Retail EU' },
        ...{ reason: 'Complaints of the spring', target: `person ${given?.personId}`, before: null },
        after: { rights: ['recording:find', 'recording:play'], from, until: '2099-01-01T00:00:00.000Z' },
      },
    ])
    const { personId } = await enter(`s${made}`, mail)
    expect(await holdsGrant(services.db, personId, 'recording:play')).toBe(true)
    expect(await holdsGrant(services.db, personId, 'recording:download')).toBe(false)
  })

  test('said again stays as it is; said otherwise it changes', async () => {
    await apply({ grants: [grant()] })
    const [before] = await held()
    await newRows()
    expect(await apply({ grants: [grant({ rights: ['recording:play', 'recording:find'] })] })).toContain(
      `${mail} on Retail EU: grant not changed`,
    )
    expect([await held(), await newRows()]).toEqual([[before], []])

    await apply({ grants: [grant({ rights: ['recording:find'], until: '2098-01-01T02:00:00+02:00' })] })
    expect(await held()).toEqual([
      { ...before, rights: ['recording:find'], validUntil: new Date('2098-01-01') },
    ])
    const from = before?.validFrom.toISOString()
    expect(await newRows()).toMatchObject([
      {
        action: 'grant.changed',
        before: { rights: ['recording:find', 'recording:play'], from, until: '2099-01-01T00:00:00.000Z' },
        after: { rights: ['recording:find'], from, until: '2098-01-01T00:00:00.000Z' },
      },
    ])
  })

  test('for another reason is another one', async () => {
    await apply({ grants: [grant(), grant({ reason: 'Another', rights: ['recording:download'] })] })
    await apply({ grants: [grant({ project: 'Private' })] })
    expect(await held()).toHaveLength(3)
  })

  test('that has ended or was taken back stays so; more is a new one', async () => {
    const ended = grant({ from: '2020-01-01', until: '2020-02-01' })
    await apply({ grants: [ended] })
    expect(await apply({ grants: [ended] })).toContain(
      `${mail} on Retail EU: the grant until 2020-02-01T00:00:00.000Z has ended and stays so`,
    )
    await apply({ grants: [grant()] })
    const [old, young] = await held()
    expect(old?.validUntil).toEqual(new Date('2020-02-01'))
    await services.db.grant.update({ where: { id: young?.id ?? '' }, data: { revokedAt: new Date() } })
    expect(await apply({ grants: [grant()] })).toContain(
      `${mail} on Retail EU: the grant until 2099-01-01T00:00:00.000Z was taken back and stays so`,
    )
    expect(await held()).toHaveLength(2)
    await apply({ grants: [grant({ until: '2099-02-01' })] })
    expect(await held()).toHaveLength(3)
  })

  test('that a person has given is not the file’s to change', async () => {
    await apply({ people: [{ email: mail, roles: [] }] })
    const { id: personId } = await services.db.person.findFirstOrThrow({ where: { email: mail } })
    const data = { personId, givenBy: standing.admin, projectId: projects.get('Retail EU') ?? '' }
    const times = { validFrom: new Date(), validUntil: new Date('2098-01-01') }
    await services.db.grant.create({
      data: { ...data, ...times, rights: ['recording:find'], reason: 'Complaints of the spring' },
    })
    await apply({ grants: [grant()] })
    expect((await held()).map(({ validUntil }) => validUntil.getUTCFullYear())).toEqual([2098, 2099])
  })
})

describe('a grant on a project of four eyes', () => {
  const within = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
  const onWealth = (changes: Record<string, unknown> = {}) => grant({ project: 'Wealth', ...changes })
  const approve = (id: string) =>
    services.db.grant.update({ where: { id }, data: { approvedBy: standing.admin, approvedAt: new Date() } })
  const find = async () => {
    const { id } = await services.db.person.findFirstOrThrow({ where: { email: mail } })
    return services.db.grant.findMany({ where: { personId: id }, orderBy: { id: 'asc' } })
  }

  test('waits, as its line, the log and a notice say, and counts for nothing until then', async () => {
    const file = { people: [{ email: mail, roles: ['reviewer'] }], grants: [onWealth({ until: within(20) })] }
    expect((await apply(file)).at(2)).toMatch(
      /^person\d+@bank\.test on Wealth: granted .*; waits 72 hours for an administrator to approve it$/,
    )
    const [given] = await find()
    expect(given).toMatchObject({ givenBy: null, needsSecond: true, approvedAt: null })
    expect((await newRows()).at(-1)).toMatchObject({ action: 'grant.given', after: { needsSecond: true } })
    const notices = await services.db.notice.findMany({ where: { kind: 'grant.awaiting' } })
    expect(notices.map(({ personId, about }) => [personId, about])).toContainEqual([
      standing.admin,
      expect.objectContaining({ grantId: given?.id, scope: 'project', project: 'Wealth' }),
    ])
    expect(await apply(file)).toContain(
      `${mail} on Wealth: grant not changed; waits 72 hours for an administrator to approve it`,
    )
    const { personId } = await enter(`s${made}`, mail)
    expect(await holdsGrant(services.db, personId, 'recording:play')).toBe(false)
    await approve(given?.id ?? '')
    expect(await holdsGrant(services.db, personId, 'recording:play')).toBe(true)
  })

  test('that was approved stays so when a file makes less of it, and waits again when more', async () => {
    const until = within(20)
    await apply({ grants: [onWealth({ until })] })
    await approve((await find())[0]?.id ?? '')
    await apply({ grants: [onWealth({ until, rights: ['recording:find'] })] })
    expect((await find())[0]).toMatchObject({ approvedBy: standing.admin })
    const [line] = await apply({ grants: [onWealth({ until })] })
    expect(line).toMatch(/grant changed \(rights\): .*; waits 72 hours/)
    expect((await find())[0]).toMatchObject({ approvedBy: null, approvedAt: null })
  })

  test('that waits is another one when a file makes more of it, so that nobody approves what they did not see', async () => {
    const until = within(20)
    await apply({ grants: [onWealth({ until, rights: ['recording:find'] })] })
    await newRows()
    const [shown] = await find()
    expect(await apply({ grants: [onWealth({ until })] })).toEqual([
      `${mail} on Wealth: the grant that waited is taken back, for more is given`,
      expect.stringMatching(/granted recording:find, recording:play, .*; waits 72 hours/),
      expect.any(String),
    ])
    expect((await newRows()).map(({ action }) => action)).toEqual(['grant.revoked', 'grant.given'])
    expect(await find()).toMatchObject([
      { id: shown?.id, rights: ['recording:find'], revokedAt: expect.any(Date) },
      { rights: ['recording:find', 'recording:play'], revokedAt: null, approvedAt: null },
    ])
    await apply({ grants: [onWealth({ until: within(10) })] })
    expect(await find()).toHaveLength(2)
  })

  test('that is older than the four eyes waits from then on, also when a file says it again', async () => {
    const where = { id: projects.get('Wealth') ?? '' }
    const until = within(20)
    await services.db.project.update({ where, data: { fourEyes: false } })
    await apply({ grants: [onWealth({ until })] })
    await services.db.project.update({ where, data: { fourEyes: true } })
    expect(await find()).toMatchObject([{ needsSecond: true, approvedAt: null }])
    expect((await apply({ grants: [onWealth({ until })] })).at(0)).toMatch(
      /grant not changed; waits 72 hours/,
    )
    const [waiting] = await find()
    await approve(waiting?.id ?? '')
    await services.db.project.update({ where, data: { fourEyes: false } })
    await services.db.project.update({ where, data: { fourEyes: true } })
    expect(await find()).toMatchObject([{ needsSecond: true, approvedBy: standing.admin }])
  })

  test('that nobody approved in time is not revived', async () => {
    const until = within(20)
    await apply({ grants: [onWealth({ until })] })
    await services.db.$executeRaw`
      UPDATE grants SET given_at = now() - interval '73 hours' WHERE id = ${(await find())[0]?.id}::uuid`
    expect(await apply({ grants: [onWealth({ until })] })).toContain(
      `${mail} on Wealth: the grant until ${until} lapsed without a second administrator and stays so`,
    )
    await apply({ grants: [onWealth({ until: within(21) })] })
    expect(await find()).toHaveLength(2)
  })

  test('that lasts longer than the project says is refused, given or changed; where it does not say, a file is free', async () => {
    expect(await refusal({ grants: [grant(), onWealth({ until: within(31) })] })).toEqual([
      'grants[1].until: is further than 30 days, which is the longest on Wealth',
    ])
    await apply({ grants: [onWealth({ until: within(20) })] })
    await newRows()
    expect(await refusal({ grants: [onWealth({ until: within(40) })] })).toEqual([
      'grants[0].until: is further than 30 days, which is the longest on Wealth',
    ])
    const from = new Date(Date.now() + 100 * 86_400_000).toISOString()
    await apply({ grants: [onWealth({ from, until: within(129), reason: 'Another' })] })
    expect(await find()).toHaveLength(2)
  })
})

describe('refused whole, nothing changed and nothing on record', () => {
  test('a project that is not there, each with its place', async () => {
    const people = [
      { email: mail, roles: ['reviewer'] },
      { email: `other-${mail}`, roles: [{ role: 'admin', projects: ['Retail EU', 'Retail UK'] }] },
    ]
    expect(await refusal({ people, grants: [grant(), grant({ project: 'retail eu' })] })).toEqual([
      'people[1].roles[0].projects[1]: is not the name of a project',
      'grants[1].project: is not the name of a project',
    ])
    expect(await services.db.person.count({ where: { email: mail } })).toBe(0)
  })

  test('an end that is past, when the start is now', async () => {
    const file = { people: [{ email: mail, roles: ['admin'] }], grants: [grant({ until: '2020-01-01' })] }
    expect(await refusal(file)).toEqual(['grants[0].until: is past, and from, when left out, is now'])
    expect(await services.db.person.count({ where: { email: mail } })).toBe(0)
  })

  test('an end before the start that the grant has', async () => {
    await apply({ grants: [grant({ from: '2098-01-01' })] })
    await newRows()
    expect(await refusal({ grants: [grant({ until: '2097-01-01' })] })).toEqual([
      'grants[0].until: must be after the time the grant began',
    ])
  })
})

test('two files at once are applied one after the other', async () => {
  const file = { people: [{ email: mail, roles: ['reviewer'] }], grants: [grant()] }
  await Promise.all(Array.from({ length: 5 }, () => apply(file)))
  expect((await newRows()).map(({ action }) => action)).toEqual(['role.changed', 'grant.given'])
})
