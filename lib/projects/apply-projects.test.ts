import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createMigratedDatabase } from '../../e2e/stack/test-database.ts'
import { FileFaults } from '../apply/file-faults.ts'
import { openDatabase } from '../database.ts'
import { createSecretBox } from '../keys/seal.ts'
import { fingerprintOf, makeCertificate, type TestCertificate } from '../keys/test-certificates.ts'
import { applyProjects } from './apply-projects.ts'
import { parseProjectsFile } from './parse-projects-file.ts'
import { bindSecret, parseSecretReferences, SECRET_SOURCES, type SecretTable } from './secret-reference.ts'

const folder = mkdtempSync(join(tmpdir(), 'recordroom-test-'))
const key = randomBytes(32)
const secrets = createSecretBox(key, null)
let db: ReturnType<typeof openDatabase>
let certificates: Record<'old' | 'young', TestCertificate>

beforeAll(async () => {
  db = openDatabase((await createMigratedDatabase()).applicationUrl)
  certificates = {
    old: makeCertificate(folder, 'old'),
    young: makeCertificate(folder, 'young', { passphrase: 'hidden passphrase' }),
  }
  writeFileSync(join(folder, 'secret'), 'hidden in a file')
})
afterAll(async () => {
  await db.$disconnect()
  rmSync(folder, { recursive: true, force: true })
})

let apiKey = 1000
let name = ''
beforeEach(async () => {
  apiKey += 1
  name = `Project ${apiKey}`
  await newRows()
})

type Fields = Record<string, unknown>
const project = (changes: Fields = {}): Fields => ({
  ...{ name, recorder: { kind: 'opentok', apiKey: String(apiKey), apiSecret: 'hidden in the file' } },
  ...changes,
})
const s3 = (bucket: string, changes: Fields = {}): Fields => ({
  ...{ kind: 's3', bucket, region: 'eu-central-1' },
  ...changes,
})
const azure = { kind: 'azure', accountName: 'bank', container: 'calls' }
const old = { certificate: { file: 'old.cert.pem' }, privateKey: { file: 'old.key.pem' } }
const young = {
  certificate: { file: 'young.cert.pem' },
  privateKey: { file: 'young.key.pem', passphrase: 'hidden passphrase' },
}

const applyAll = (projects: unknown[], box = secrets): Promise<string[]> =>
  applyProjects(
    { db, secrets: box },
    parseProjectsFile(JSON.stringify({ projects }), {
      folder,
      sources: { ...SECRET_SOURCES, findVariable: () => 'hidden in a variable' },
    }),
  )

/** What is said of this test’s project. */
const apply = async (changes: Fields = {}, box = secrets): Promise<string[]> => {
  const lines = await applyAll([project(changes)], box)
  return lines.filter((line) => line.startsWith(`${name}: `)).map((line) => line.slice(name.length + 2))
}

const row = () =>
  db.project.findFirstOrThrow({
    where: { recorderKey: String(apiKey) },
    include: {
      storageTargets: { orderBy: { position: 'asc' } },
      certificates: { orderBy: { position: 'asc' } },
    },
  })

type Event = { action: string; target: string; before: Fields | null; after: Fields | null }
let seen = 0n
const newRows = async (): Promise<Event[]> => {
  const rows = await db.$queryRaw<(Event & { id: bigint })[]>`
    SELECT e.id, e.action::text, e.target_kind AS target, e.before, e.after FROM audit.events e
    WHERE e.id > ${seen} ORDER BY e.id`
  seen = rows.at(-1)?.id ?? seen
  return rows.map(({ id: _, ...event }) => event)
}

const opened = (table: SecretTable, of: { id: string; secrets: unknown }): Record<string, string> =>
  Object.fromEntries(
    Object.entries(parseSecretReferences(of.secrets)).map(([field, reference]) => [
      field,
      'sealed' in reference
        ? secrets.open(reference.sealed, bindSecret(table, of.id))
        : JSON.stringify(reference),
    ]),
  )

test('a new project is there with its storage and its certificates, on record as the service’s doing', async () => {
  const storage = [s3('calls', { accessKeyId: 'AKIA', secretAccessKey: { env: 'S3_KEY' } }), azure]
  expect(await apply({ region: 'eu', storage, certificates: [young, old] })).toEqual([
    'added',
    'storage s3://calls: added',
    'storage azure://calls: added',
    expect.stringMatching(/^certificate [0-9a-f]{16}…: added, good until \d{4}-/),
    expect.stringMatching(/^certificate [0-9a-f]{16}…: added, good until \d{4}-/),
  ])
  const kept = await row()
  expect(kept).toMatchObject({
    ...{ kind: 'opentok', name, region: 'eu', unit: null, concurrentViewings: 2 },
    ...{ apiUrl: 'https://api.opentok.com', storageTargets: [{ kind: 's3' }, { kind: 'azure' }] },
    certificates: [
      { fingerprint: fingerprintOf(folder, certificates.young) },
      { fingerprint: fingerprintOf(folder, certificates.old) },
    ],
  })
  expect(kept.reasons).toHaveLength(6)
  expect((await newRows()).map(({ action, target }) => `${action} ${target}`)).toEqual([
    ...['project.changed project', 'storage.changed storage-target', 'storage.changed storage-target'],
    ...['certificate.changed certificate', 'certificate.changed certificate'],
  ])
  expect(
    await db.$queryRaw`SELECT DISTINCT actor_subject, outcome, project FROM audit.log WHERE project = ${name}`,
  ).toEqual([{ actor_subject: 'projects apply', outcome: 'allowed', project: name }])
})

describe('secrets', () => {
  test('are sealed, or kept as the place they are at, and nothing of them is on record or said', async () => {
    const said = await apply({
      recorder: {
        ...{ kind: 'opentok', apiKey: String(apiKey), apiSecret: 'hidden in the file' },
        callbackSecret: { file: 'secret' },
      },
      storage: [s3('calls', { accessKeyId: 'AKIA', secretAccessKey: { env: 'S3_KEY' } })],
      certificates: [young],
    })
    const kept = await row()
    expect(opened('projects', kept)).toEqual({
      apiSecret: 'hidden in the file',
      callbackSecret: JSON.stringify({ file: join(folder, 'secret') }),
    })
    expect(kept.storageTargets.map((target) => opened('storage_targets', target))).toEqual([
      { secretAccessKey: '{"env":"S3_KEY"}' },
    ])
    expect(kept.certificates.map((certificate) => opened('certificates', certificate))).toEqual([
      {
        privateKey: JSON.stringify({ file: join(folder, 'young.key.pem') }),
        passphrase: 'hidden passphrase',
      },
    ])
    const rows = JSON.stringify(await newRows())
    expect(rows).toContain('sealed in the database')
    expect(rows).toContain('the variable S3_KEY')
    for (const text of [rows, JSON.stringify(kept), said.join()]) expect(text).not.toContain('hidden')
    expect(rows).not.toMatch(/v1\.[0-9a-f]{8}\./)
  })

  test('that are the same stay as they were sealed; another is sealed, and that it changed is on record', async () => {
    await apply()
    const before = await row()
    await newRows()
    expect(await apply()).toEqual(['nothing changed'])
    expect((await row()).secrets).toEqual(before.secrets)
    const changed = { kind: 'opentok', apiKey: String(apiKey), apiSecret: 'another hidden one' }
    expect(await apply({ recorder: changed })).toEqual(['changed: secrets'])
    expect(opened('projects', await row())).toEqual({ apiSecret: 'another hidden one' })
    expect(await newRows()).toMatchObject([
      {
        action: 'project.changed',
        after: { secretsChanged: true, secrets: { apiSecret: 'sealed in the database' } },
      },
    ])
  })

  test('sealed with a key that is gone are sealed anew', async () => {
    await apply({}, createSecretBox(randomBytes(32), null))
    expect(await apply()).toEqual(['changed: secrets'])
    expect(opened('projects', await row())).toEqual({ apiSecret: 'hidden in the file' })
  })

  test('may move from the database to a variable, and go', async () => {
    const recorder = { kind: 'opentok', apiKey: String(apiKey), apiSecret: 'x', callbackSecret: 'y' }
    await apply({ recorder })
    const { callbackSecret: _, ...rest } = recorder
    expect(await apply({ recorder: { ...rest, apiSecret: { env: 'NAME' } } })).toEqual(['changed: secrets'])
    expect((await row()).secrets).toEqual({ apiSecret: { env: 'NAME' } })
  })
})

describe('applied again', () => {
  const all = () => ({
    ...{ region: 'eu', unit: 'retail', environment: 'live', concurrentViewings: 3 },
    reasons: [{ code: 'legal', label: 'Legal', caseRequired: true }],
    storage: [s3('calls', { accessKeyId: 'AKIA', secretAccessKey: 'hidden' }), azure],
    certificates: [young, old],
  })

  test('the same changes nothing, not even when the project was last changed', async () => {
    await apply(all())
    const before = await row()
    await newRows()
    expect(await apply(all())).toEqual(['nothing changed'])
    expect([await row(), await newRows()]).toEqual([before, []])
  })

  test('with less, what is left out stays, and lists of what is left are named', async () => {
    await apply(all())
    const before = await row()
    await newRows()
    expect(await apply()).toEqual(['nothing changed'])
    expect([await row(), await newRows()]).toEqual([before, []])
    expect(await apply({ storage: [azure], certificates: [old] })).toEqual([
      'storage azure://calls: changed: position',
      'storage s3://calls: not in the file, stays',
      expect.stringMatching(/^certificate .*: changed: position$/),
      expect.stringMatching(/^certificate .*: not in the file, stays$/),
    ])
    const after = await row()
    expect(after.storageTargets.map(({ kind }) => kind)).toEqual(['azure', 's3'])
    expect(after.certificates.map(({ fingerprint }) => fingerprint)).toEqual([
      fingerprintOf(folder, certificates.old),
      fingerprintOf(folder, certificates.young),
    ])
  })

  test('with more, it is put in front, and old archives keep their target', async () => {
    await apply(all())
    const [calls] = (await row()).storageTargets
    await newRows()
    expect(await apply({ ...all(), storage: [s3('new-calls'), ...all().storage] })).toEqual([
      'storage s3://new-calls: added',
      'storage s3://calls: changed: position',
      'storage azure://calls: changed: position',
    ])
    const { storageTargets, updatedAt } = await row()
    expect(storageTargets.map(({ position }) => position)).toEqual([0, 1, 2])
    expect(storageTargets[1]?.id).toBe(calls?.id)
    expect(Date.now() - updatedAt.getTime()).toBeLessThan(30_000)
    expect(await newRows()).toMatchObject([
      { action: 'storage.changed', before: null, after: { bucket: 'new-calls', position: 0 } },
      { action: 'storage.changed', before: { bucket: 'calls', position: 0 }, after: { position: 1 } },
      { action: 'storage.changed', before: { container: 'calls', position: 1 }, after: { position: 2 } },
    ])
  })

  test('with other values, each is changed and on record with what it was', async () => {
    await apply(all())
    await newRows()
    const changes = { name: `${name} renamed`, unit: 'private', reasons: [{ code: 'legal', label: 'Law' }] }
    const lines = await applyAll([project({ ...all(), ...changes })])
    expect(lines).toContain(`${name} renamed: changed: name, unit, reasons`)
    expect(await newRows()).toMatchObject([
      { before: { name, unit: 'retail' }, after: { name: `${name} renamed`, unit: 'private' } },
    ])
  })

  test('a target is the same while its kind, place and name are', async () => {
    await apply({ storage: [s3('calls', { endpoint: 'https://s3.bank.test' })] })
    const [before] = (await row()).storageTargets
    expect(
      await apply({ storage: [s3('calls', { endpoint: 'https://s3.bank.test/', region: 'us-east-1' })] }),
    ).toEqual(['storage s3://calls: changed: region, endpoint'])
    expect((await row()).storageTargets.map(({ id }) => id)).toEqual([before?.id])
    await apply({ storage: [s3('calls', { endpoint: 'https://other.bank.test' })] })
    expect((await row()).storageTargets).toHaveLength(2)
  })
})

test('projects that the file leaves out stay, and are named', async () => {
  await apply()
  const lines = await applyAll([])
  expect(lines).toContain(`${name}: not in the file, stays`)
  expect(await row()).toMatchObject({ name })
})

describe('refused whole', () => {
  test('a name that is another project’s already', async () => {
    await apply()
    const taken = name
    apiKey += 1
    await newRows()
    const projects = [
      project({ name: 'Free' }),
      project({ name: taken, recorder: { kind: 'opentok', apiKey: 'other', apiSecret: 'x' } }),
    ]
    const error = await applyAll(projects).catch((refused: unknown) => refused)
    expect(error).toBeInstanceOf(FileFaults)
    expect(error).toMatchObject({ faults: ['projects[1].name: is the name of another project already'] })
    expect(await db.project.count({ where: { name: 'Free' } })).toBe(0)
    expect(await newRows()).toEqual([])
  })

  test('what fails half way leaves nothing behind', async () => {
    const box = {
      ...secrets,
      seal: () => {
        throw new Error('no key')
      },
    }
    const projects = [
      project({ recorder: { kind: 'opentok', apiKey: String(apiKey), apiSecret: { env: 'A' } } }),
      project({ name: 'Second', recorder: { kind: 'opentok', apiKey: 'second', apiSecret: 'x' } }),
    ]
    await expect(applyAll(projects, box)).rejects.toThrow('no key')
    expect(await db.project.count({ where: { recorderKey: String(apiKey) } })).toBe(0)
    expect(await newRows()).toEqual([])
  })
})

test('two projects may swap their names in one file', async () => {
  const second = {
    name: `Second ${apiKey}`,
    recorder: { kind: 'opentok', apiKey: `b${apiKey}`, apiSecret: 'x' },
  }
  await applyAll([project(), second])
  await applyAll([project({ name: second.name }), { ...second, name }])
  expect((await row()).name).toBe(second.name)
})

test('five files at once are applied one after the other', async () => {
  await Promise.all(Array.from({ length: 5 }, () => apply({ storage: [s3('calls')] })))
  expect((await newRows()).map(({ action }) => action)).toEqual(['project.changed', 'storage.changed'])
})
