import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { beginInTurn, untilWaiting } from '../../e2e/stack/in-turn.ts'
import { applyAccess } from '../access/file/apply-access.ts'
import { parseAccessFile } from '../access/file/parse-access-file.ts'
import { approveGrant } from '../access/giving/approve-grant.ts'
import { giveGrant } from '../access/giving/give-grant.ts'
import { COUNTS } from '../access/grants.ts'
import { openOffice, type TestOffice } from '../access/test-office.ts'
import { parseGrant } from '../access/wanted.ts'
import type { Actor } from '../auth/actor.ts'
import { makeCertificate } from '../keys/test-certificates.ts'
import { listNotices } from '../notices/list-notices.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'
import { applyProjects } from './apply-projects.ts'
import { decideChange } from './decide-change.ts'
import { type ChangeLine, listChanges } from './list-changes.ts'
import { parseProjectsFile } from './parse-projects-file.ts'
import { bindSecret, openSecret, parseSecretReferences, SECRET_SOURCES } from './secret-reference.ts'

const folder = mkdtempSync(join(tmpdir(), 'recordroom-test-'))
let office: TestOffice
let services: Services
let ada: Actor
let bea: Actor

beforeAll(async () => {
  office = await openOffice()
  services = office.services
  for (const name of ['old', 'young']) makeCertificate(folder, name)
  ada = await office.hire('ada', ['admin'])
  bea = await office.hire('bea', ['admin'])
})
afterAll(async () => {
  await office.stop()
  rmSync(folder, { recursive: true, force: true })
})

let apiKey = 7000
let name = ''
let seen = 0n
beforeEach(async () => {
  apiKey += 1
  name = `Project ${apiKey}`
  await newRows()
})

type Fields = Record<string, unknown>
const s3 = (bucket: string, changes: Fields = {}): Fields => ({
  ...{ kind: 's3', bucket, region: 'eu-central-1', accessKeyId: 'AKIA', secretAccessKey: 'hidden' },
  ...changes,
})
const certificate = (of: string) => ({
  certificate: { file: `${of}.cert.pem` },
  privateKey: { file: `${of}.key.pem` },
})
const SET_UP = { fourEyes: true, storage: [s3('calls')], certificates: [certificate('old')] }

/** What is said of this test’s project. */
const apply = async (changes: Fields = {}): Promise<string[]> => {
  const recorder = { kind: 'opentok', apiKey: String(apiKey), apiSecret: 'hidden' }
  const file = JSON.stringify({ projects: [{ name, region: 'eu', recorder, ...changes }] })
  const lines = await applyProjects(services, parseProjectsFile(file, { folder, sources: SECRET_SOURCES }))
  return lines.filter((line) => line.startsWith(`${name}: `)).map((line) => line.slice(name.length + 2))
}

const row = () =>
  services.db.project.findFirstOrThrow({
    where: { recorderKey: String(apiKey) },
    include: {
      storageTargets: { orderBy: { position: 'asc' } },
      certificates: { orderBy: { position: 'asc' } },
    },
  })
const buckets = async () => (await row()).storageTargets.map(({ settings }) => settings)

const listOf = async (which: 'open' | 'decided'): Promise<ChangeLine[]> => {
  const lists = await listChanges(services, ada, { now: new Date() })
  return lists[which].filter(({ about }) => about.project === name)
}
const approve = (changeId: string | undefined, actor = ada) =>
  decideChange(services, actor, { changeId: changeId ?? '', approve: true, word: null })

type Event = { action: string; actor: string; after: Fields | null }
const newRows = async (): Promise<Event[]> => {
  const rows = await services.db.$queryRaw<(Event & { id: bigint })[]>`
    SELECT id, action::text, actor_subject AS actor, after FROM audit.events WHERE id > ${seen} ORDER BY id`
  seen = rows.at(-1)?.id ?? seen
  return rows.map(({ id: _, ...event }) => event)
}

test('what a project with four eyes is added with is the file’s own', async () => {
  expect(await apply(SET_UP)).toEqual([
    ...['added', 'storage s3://calls: added', expect.stringContaining('added')],
  ])
  expect(await listOf('open')).toEqual([])
  expect(await apply(SET_UP)).toEqual(['nothing changed'])
})

test('the first storage and certificate of one that is there already wait for an administrator', async () => {
  await apply({ fourEyes: true })
  const proposed = expect.stringMatching(/^certificate .*: added, .*: proposed, waits for an administrator$/)
  expect(await apply(SET_UP)).toEqual([
    ...['storage s3://calls: added: proposed, waits for an administrator', proposed],
  ])
  expect(await row()).toMatchObject({ storageTargets: [], certificates: [] })
  const open = await listOf('open')
  expect(open.map(({ kind }) => kind).toSorted()).toEqual(['certificates', 'storage'])
  for (const { id } of open) await approve(id)
  expect(await buckets()).toMatchObject([{ bucket: 'calls' }])
  expect((await row()).certificates).toHaveLength(1)
  expect(await apply(SET_UP)).toEqual(['nothing changed'])
})

describe('after that, a file', () => {
  beforeEach(async () => {
    await apply(SET_UP)
    await newRows()
  })

  test('proposes other storage and changes nothing; the rest of it is applied', async () => {
    const before = await row()
    const changes = { concurrentViewings: 5, storage: [s3('new'), s3('calls')] }
    expect(await apply({ ...SET_UP, ...changes })).toEqual([
      'changed: concurrentViewings',
      'storage s3://new: added: proposed, waits for an administrator',
      'storage s3://calls: changed: position: proposed, waits for an administrator',
    ])
    expect(await row()).toMatchObject({ storageTargets: before.storageTargets, concurrentViewings: 5 })
    expect(await listOf('open')).toMatchObject([
      {
        ...{ kind: 'storage', proposedBy: null, isOwn: false, state: 'open' },
        lines: ['storage s3://new: added', 'storage s3://calls: changed: position'],
      },
    ])
    expect((await newRows()).map(({ action, actor }) => `${action} ${actor}`)).toEqual([
      'project.changed projects apply',
      'change.proposed projects apply',
    ])
    const { notices } = await listNotices(services, bea)
    expect(notices[0]).toMatchObject({ kind: 'change.awaiting', about: { project: name, change: 'storage' } })
  })

  test('is done as one administrator approves it, with its secrets, on record with both hands', async () => {
    await apply({ ...SET_UP, storage: [s3('new', { secretAccessKey: 'hidden too' }), s3('calls')] })
    const [change] = await listOf('open')
    const [before] = (await row()).storageTargets
    await newRows()
    expect(await approve(change?.id)).toMatchObject({ state: 'approved' })
    expect(await buckets()).toMatchObject([{ bucket: 'new' }, { bucket: 'calls' }])
    const after = await row()
    expect(after.storageTargets[1]?.id).toBe(before?.id)
    expect(after.updatedAt.getTime()).toBeGreaterThan(Date.now() - 30_000)
    const target = after.storageTargets[0]
    const reference = parseSecretReferences(target?.secrets).secretAccessKey
    const binding = bindSecret('storage_targets', target?.id ?? '')
    expect(reference && openSecret(reference, services.secrets, binding)).toBe('hidden too')
    const rows = await newRows()
    const hands = { changeId: change?.id, proposedBy: 'projects apply' }
    expect(rows).toMatchObject([
      { action: 'storage.changed', actor: ada.subject, after: { bucket: 'new', position: 0, ...hands } },
      { action: 'storage.changed', actor: ada.subject, after: { bucket: 'calls', position: 1, ...hands } },
      { action: 'change.approved', actor: ada.subject, after: { kind: 'storage' } },
    ])
    const kept = await services.db.change.findUniqueOrThrow({ where: { id: change?.id ?? '' } })
    for (const text of [rows, kept, await listOf('decided')].map((each) => JSON.stringify(each)))
      expect(text).not.toContain('hidden')
  })

  test('proposes other certificates, which are there once approved', async () => {
    const certificates = [certificate('young'), certificate('old')]
    expect(await apply({ ...SET_UP, certificates })).toEqual([
      expect.stringMatching(/^certificate .*: added, good until .*: proposed, waits for an administrator$/),
      expect.stringMatching(/^certificate .*: changed: position: proposed, waits for an administrator$/),
    ])
    expect((await row()).certificates).toHaveLength(1)
    await newRows()
    await approve((await listOf('open'))[0]?.id)
    const ring = (await row()).certificates
    expect(ring).toHaveLength(2)
    expect(ring[0]?.notAfter.getTime()).toBeGreaterThan(Date.now())
    expect((await newRows()).map(({ action }) => action)).toEqual([
      ...['certificate.changed', 'certificate.changed', 'change.approved'],
    ])
  })

  test('proposes what would relax the project’s rules, and applies at once what makes them stricter', async () => {
    expect(await apply({ longestGrantDays: 30, playMaxAuthAge: 3600 })).toEqual([
      'changed: longestGrantDays, playMaxAuthAgeSeconds',
    ])
    const relaxed = {
      fourEyes: false,
      longestGrantDays: 60,
      playMaxAuthAge: 7200,
      region: 'us',
      unit: 'retail',
    }
    expect(await apply(relaxed)).toEqual([
      'region: eu becomes us: proposed, waits for an administrator',
      'unit: not set becomes retail: proposed, waits for an administrator',
      'four eyes: on becomes off: proposed, waits for an administrator',
      'longest grant, in days: 30 becomes 60: proposed, waits for an administrator',
      'oldest sign-in to play, in seconds: 3600 becomes 7200: proposed, waits for an administrator',
    ])
    const kept = {
      region: 'eu',
      unit: null,
      fourEyes: true,
      longestGrantDays: 30,
      playMaxAuthAgeSeconds: 3600,
    }
    expect(await row()).toMatchObject(kept)
    await newRows()
    await approve((await listOf('open'))[0]?.id)
    const becomes = {
      ...{ region: 'us', unit: 'retail', fourEyes: false, longestGrantDays: 60, playMaxAuthAgeSeconds: 7200 },
    }
    expect(await row()).toMatchObject(becomes)
    expect(await newRows()).toMatchObject([
      { action: 'project.changed', after: { ...becomes, proposedBy: 'projects apply' } },
      { action: 'change.approved' },
    ])
  })

  test('may not raise a longest grant above the usual 90 days by itself', async () => {
    expect(await apply({ longestGrantDays: 91 })).toEqual([
      'longest grant, in days: not set becomes 91: proposed, waits for an administrator',
    ])
    expect(await apply({ longestGrantDays: 90 })).toEqual([
      'changed: longestGrantDays',
      'rules: what was proposed before is withdrawn',
    ])
  })

  test('that is the same again while it waits proposes nothing more', async () => {
    const file = { ...SET_UP, storage: [s3('new')], certificates: [certificate('young')], fourEyes: false }
    await apply(file)
    const before = await listOf('open')
    expect(before.map(({ kind }) => kind).toSorted()).toEqual(['certificates', 'rules', 'storage'])
    await newRows()
    expect(await apply(file)).toEqual([
      'four eyes: on becomes off: proposed already, waits for an administrator',
      'storage s3://new: added: proposed already, waits for an administrator',
      'storage s3://calls: not in the file, stays',
      expect.stringMatching(/: added, .*: proposed already, waits for an administrator$/),
      expect.stringMatching(/: not in the file, stays$/),
    ])
    expect(await listOf('open')).toEqual(before)
    expect(await newRows()).toEqual([])
  })

  test('that is newer replaces what an older one proposed, also by a secret alone, or takes it back', async () => {
    const proposed = 'storage s3://new: added: proposed, waits for an administrator'
    const stays = 'storage s3://calls: not in the file, stays'
    const withdrawn = 'storage: what was proposed before is withdrawn'
    await apply({ storage: [s3('new')] })
    const [first] = await listOf('open')
    await newRows()
    expect(await apply({ storage: [s3('new', { secretAccessKey: 'hidden too' })] })).toEqual([
      ...[withdrawn, proposed, stays],
    ])
    expect((await newRows()).map(({ action }) => action)).toEqual(['change.lapsed', 'change.proposed'])
    expect((await listOf('decided')).map(({ id, state }) => [id, state])).toEqual([[first?.id, 'lapsed']])
    await expect(approve(first?.id)).rejects.toMatchObject({ code: 'already-decided' })
    expect(await apply({ storage: [s3('calls')] })).toEqual([withdrawn])
    expect(await listOf('open')).toEqual([])
    expect(await apply({ storage: [s3('new')] })).toEqual([proposed, stays])
    expect(await apply({ region: 'eu' })).toEqual(['nothing changed'])
    expect(await listOf('open')).toHaveLength(1)
  })

  test('that is proposed and no longer fits is refused in words, and nothing is done', async () => {
    await apply({ storage: [s3('new'), s3('calls')], certificates: [certificate('young')] })
    const [storage] = (await listOf('open')).filter(({ kind }) => kind === 'storage')
    await services.db.storageTarget.updateMany({
      where: { projectId: (await row()).id },
      data: { position: 1 },
    })
    await newRows()
    await expect(approve(storage?.id)).rejects.toMatchObject({
      ...{ code: 'change-unfit', detail: expect.stringContaining('no longer as it was') },
    })
    expect(await buckets()).toMatchObject([{ bucket: 'calls' }])
    expect((await newRows()).map(({ action }) => action)).toEqual(['change.approved'])
  })

  test('proposes nothing more where four eyes were given up, and what waited is overtaken by what it applies', async () => {
    const file = { fourEyes: false, storage: [s3('new')] }
    await apply(file)
    const open = await listOf('open')
    await approve(open.find(({ kind }) => kind === 'rules')?.id)
    expect(await apply(file)).toEqual([
      'storage: what was proposed before is withdrawn',
      'storage s3://new: added',
      'storage s3://calls: not in the file, stays',
    ])
    expect(await listOf('open')).toEqual([])
  })

  test('by two at once is proposed once, and an approval at the same time is whole or not at all', async () => {
    const file = { storage: [s3('new'), s3('calls')] }
    await Promise.all([apply(file), apply(file), apply(file)])
    const [change, ...more] = await listOf('open')
    expect(more).toEqual([])
    const newer = { storage: [s3('newer'), s3('calls')] }
    const [approved] = await Promise.allSettled([approve(change?.id), apply(newer)])
    const first = (await buckets())[0]
    expect(first).toMatchObject({ bucket: approved.status === 'fulfilled' ? 'new' : 'calls' })
    expect((await listOf('open')).map(({ lines }) => lines[0])).toEqual(['storage s3://newer: added'])
  })
})

test('a project without four eyes is changed at once, and taking them up is too', async () => {
  await apply({ ...SET_UP, fourEyes: false })
  expect(await apply({ fourEyes: true, storage: [s3('new')], longestGrantDays: 365 })).toEqual([
    'changed: longestGrantDays, fourEyes',
    'storage s3://new: added',
    'storage s3://calls: not in the file, stays',
  ])
  expect(await listOf('open')).toEqual([])
})

describe('grants by one hand, once the project has four eyes,', () => {
  const give = async (reach: Fields): Promise<string> => {
    const person = await office.hire('gil', ['reviewer'])
    const times = { validFrom: new Date(), validUntil: new Date(Date.now() + 86_400_000) }
    const { id } = await services.db.grant.create({
      data: {
        ...{ id: newUuid(), personId: person.personId, givenBy: ada.personId, ...times, ...reach },
        ...{ rights: ['recording:play'], reason: 'Complaints of spring' },
      },
    })
    return id
  }
  const carries = async (id: string, projectId: string): Promise<boolean> => {
    const [found] = await services.db.$queryRaw<{ id: string }[]>`
      SELECT g.id FROM grants g JOIN people p ON p.id = g.person_id JOIN projects pr ON ${COUNTS}
      WHERE g.id = ${id}::uuid AND pr.id = ${projectId}::uuid`
    return found !== undefined
  }
  const waiting = 'grants that wait 72 hours for a second administrator from now on: 1'

  test('count for nothing until another approves them; who sets it up and who may approve are told', async () => {
    await apply({ ...SET_UP, fourEyes: false })
    const { id: projectId } = await row()
    const id = await give({ projectId })
    expect(await carries(id, projectId)).toBe(true)
    await newRows()
    expect(await apply({ ...SET_UP })).toEqual(['changed: fourEyes', waiting])
    expect(await carries(id, projectId)).toBe(false)
    expect((await newRows()).map(({ action, after }) => [action, after?.needsSecond])).toEqual([
      ['project.changed', undefined],
      ['grant.changed', true],
    ])
    const { notices } = await listNotices(services, bea)
    expect(notices[0]).toMatchObject({ kind: 'grant.awaiting', about: { grantId: id, project: name } })
    await expect(
      approveGrant(services, ada, { grantId: id, approve: true, word: null }),
    ).rejects.toMatchObject({
      code: 'own-access',
    })
    await approveGrant(services, bea, { grantId: id, approve: true, word: null })
    expect(await carries(id, projectId)).toBe(true)
    expect(await apply({ ...SET_UP })).toEqual(['nothing changed'])
  })

  test('of a region that the project is put into wait, too', async () => {
    const region = `region ${apiKey}`
    const id = await give({ scope: 'region', region })
    expect(await apply({ ...SET_UP, region })).toContain(waiting)
    expect(await carries(id, (await row()).id)).toBe(false)
    await approveGrant(services, bea, { grantId: id, approve: true, word: null })
    expect(await carries(id, (await row()).id)).toBe(true)
  })

  test('of a region are told once, however many projects of it come to have them', async () => {
    const region = `region ${apiKey}`
    const id = await give({ scope: 'region', region })
    const first = await apply({ ...SET_UP, region })
    apiKey += 1000
    name = `Project ${apiKey}`
    const second = await apply({ ...SET_UP, region })
    expect([first.includes(waiting), second.includes(waiting)]).toEqual([true, false])
    const { notices } = await listNotices(services, bea)
    expect(notices.filter(({ about }) => about.grantId === id)).toHaveLength(1)
  })

  test('that have lapsed before anybody was told are not told to wait', async () => {
    await apply({ ...SET_UP, fourEyes: false })
    const { id: projectId } = await row()
    const id = await give({ projectId })
    await services.db.project.update({ where: { id: projectId }, data: { fourEyes: true } })
    const givenAt = new Date(Date.now() - 73 * 3_600_000)
    await services.db.grant.update({ where: { id }, data: { givenAt } })
    await newRows()
    expect(await apply({ ...SET_UP, concurrentViewings: 5 })).toEqual(['changed: concurrentViewings'])
    expect((await newRows()).map(({ action }) => action)).toEqual(['project.changed'])
    const { notices } = await listNotices(services, bea)
    expect(notices.filter(({ about }) => about.grantId === id)).toEqual([])
  })

  test('that have ended before anybody was told are not told to wait', async () => {
    await apply({ ...SET_UP, fourEyes: false })
    const { id: projectId } = await row()
    const id = await give({ projectId })
    await services.db.project.update({ where: { id: projectId }, data: { fourEyes: true } })
    const times = { validFrom: new Date(Date.now() - 86_400_000), validUntil: new Date() }
    await services.db.grant.update({ where: { id }, data: times })
    await newRows()
    expect(await apply({ ...SET_UP, concurrentViewings: 5 })).toEqual(['changed: concurrentViewings'])
    const { notices } = await listNotices(services, bea)
    expect(notices.filter(({ about }) => about.grantId === id)).toEqual([])
  })

  test('are not given past a project that comes to have them meanwhile', async () => {
    await apply({ ...SET_UP, fourEyes: false })
    const { id: projectId } = await row()
    const asked = new pg.Client({ connectionString: office.ownerUrl })
    await asked.connect()
    try {
      await asked.query('BEGIN')
      await asked.query('UPDATE projects SET four_eyes = true WHERE id = $1', [projectId])
      const given = give({ projectId })
      await untilWaiting(asked, 1)
      await asked.query('COMMIT')
      const grant = await services.db.grant.findUniqueOrThrow({ where: { id: await given } })
      expect(grant).toMatchObject({ needsSecond: true, waitUntold: false })
    } finally {
      await asked.end()
    }
  })

  test('that a file changes at the same time are changed first or last, and nothing is broken off', async () => {
    await apply({ ...SET_UP, fourEyes: false })
    const { id: projectId } = await row()
    const ids = [await give({ projectId }), await give({ projectId })]
    const connect = () => new pg.Client({ connectionString: office.ownerUrl })
    const [file, four] = [connect(), connect()]
    await Promise.all([file.connect(), four.connect()])
    try {
      const shorten = 'UPDATE grants SET valid_until = valid_until - $2::interval WHERE id = $1'
      await file.query('BEGIN')
      await file.query(shorten, [ids[1], '1 hour'])
      const turnedOn = four.query('UPDATE projects SET four_eyes = true WHERE id = $1', [projectId])
      await untilWaiting(file, 1)
      await file.query(shorten, [ids[0], '1 hour'])
      await file.query('COMMIT')
      await turnedOn
    } finally {
      await Promise.all([file.end(), four.end()])
    }
    const grants = await services.db.grant.findMany({ where: { projectId } })
    expect(grants.map(({ needsSecond }) => needsSecond)).toEqual([true, true])
  })

  /** What is begun while somebody holds what these wait for, in the order in which they are named; then that is let go. */
  const inTheirTurn = (holding: string, ...works: readonly (() => Promise<unknown>)[]): Promise<string[]> =>
    beginInTurn(office.ownerUrl, holding, ...works)

  test('and an access file that changes one of them wait for each other, not both', async () => {
    await apply({ ...SET_UP, fourEyes: false })
    const email = `gil-${apiKey}@demo.test`
    const changeTo = (days: number): Promise<string[]> => {
      const until = new Date(Date.now() + days * 86_400_000).toISOString()
      const grant = { email, project: name, rights: ['recording:play'], until, reason: 'Complaints' }
      const file = { people: [{ email, roles: ['reviewer'] }], grants: [grant] }
      return applyAccess(services, parseAccessFile(JSON.stringify(file)))
    }
    await changeTo(1)
    expect(
      await inTheirTurn(
        'SELECT lock_four_eyes(false)',
        () => apply(SET_UP),
        () => changeTo(2),
      ),
    ).toEqual(['done', 'done'])
    const grants = await services.db.grant.findMany({ where: { projectId: (await row()).id } })
    expect(grants.every(({ needsSecond }) => needsSecond)).toBe(true)
  })

  test('and one given to an administrator who is to be told wait for each other, not both', async () => {
    await apply({ ...SET_UP, fourEyes: false })
    await give({ projectId: (await row()).id })
    const hal = await office.hire('hal', ['admin'])
    await services.db.person.update({ where: { id: hal.personId }, data: { boundEmail: null } })
    const wanted = parseGrant({
      ...{ email: hal.email, project: name, rights: ['recording:play'], reason: 'Complaints of spring' },
      until: new Date(Date.now() + 86_400_000).toISOString(),
    })
    expect(
      await inTheirTurn(
        'SELECT lock_four_eyes(false)',
        () => apply(SET_UP),
        () => giveGrant(services, ada, wanted),
      ),
    ).toEqual(['done', 'done'])
  })

  test('and a change of rules that is approved wait for each other, not both', async () => {
    await apply({ ...SET_UP, region: 'eu' })
    await apply({ ...SET_UP, region: 'us' })
    const [change] = await listOf('open')
    const { id } = await row()
    const recorder = (key: number) => ({ kind: 'opentok', apiKey: String(key), apiSecret: 'hidden' })
    const projects = [
      { name: `${name} first`, region: 'eu', fourEyes: true, recorder: recorder(apiKey + 2000) },
      { name, region: 'us', recorder: recorder(apiKey) },
    ]
    const given = parseProjectsFile(JSON.stringify({ projects }), { folder, sources: SECRET_SOURCES })
    expect(
      await inTheirTurn(
        `SELECT FROM projects WHERE id = '${id}' FOR UPDATE`,
        () => approve(change?.id),
        () => applyProjects(services, given),
      ),
    ).toEqual(['done', 'done'])
    expect(await row()).toMatchObject({ region: 'us' })
  })

  test('and whoever may not decide a change of rules waits for nobody', async () => {
    await apply({ ...SET_UP, region: 'eu' })
    await apply({ ...SET_UP, region: 'us' })
    const [change] = await listOf('open')
    const stranger = await office.hire('stranger', [`admin@${office.retail.id}`])
    const giver = new pg.Client({ connectionString: office.ownerUrl })
    await giver.connect()
    try {
      await giver.query('BEGIN')
      await giver.query('SELECT lock_four_eyes(false)')
      await expect(approve(change?.id, stranger)).rejects.toMatchObject({ code: 'forbidden' })
    } finally {
      await giver.end()
    }
  })

  test('do not count even before they are seen to wait', async () => {
    await apply({ ...SET_UP, fourEyes: false })
    const { id: projectId } = await row()
    const id = await give({ projectId })
    const owner = new pg.Client({ connectionString: office.ownerUrl })
    await owner.connect()
    try {
      await owner.query('BEGIN')
      await owner.query('ALTER TABLE projects DISABLE TRIGGER older_grants_wait')
      await owner.query('UPDATE projects SET four_eyes = true WHERE id = $1', [projectId])
      await owner.query('ALTER TABLE projects ENABLE TRIGGER older_grants_wait')
      await owner.query('COMMIT')
    } finally {
      await owner.end()
    }
    expect(await carries(id, projectId)).toBe(false)
  })
})
