import { spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { createMigratedDatabase } from '../../e2e/stack/test-database.ts'
import { madeUpEnvironment, runCommand } from '../apply/test-command.ts'
import { openDatabase } from '../database.ts'
import { bindSecret, parseSecretReferences, type SecretTable } from '../projects/secret-reference.ts'
import { resealSecrets } from './reseal.ts'
import { createSecretBox, type SecretBox } from './seal.ts'

const [oldKey, newKey] = [randomBytes(32), randomBytes(32)]
const before = createSecretBox(oldKey, null)
const between = createSecretBox(newKey, oldKey)
const after = createSecretBox(newKey, null)

let url: string
let db: ReturnType<typeof openDatabase>
const opened: (typeof db)[] = []

beforeEach(async () => {
  url = (await createMigratedDatabase()).applicationUrl
  db = openDatabase(url)
  opened.push(db)
})
afterAll(() => Promise.all(opened.map((each) => each.$disconnect())))

const sealed = (table: SecretTable, rowId: string, plain: string) => ({
  sealed: before.seal(plain, bindSecret(table, rowId)),
})

/** Projects with two sealed secrets and one by reference; a target with one, a certificate with two, a webhook, a change that waits. */
const fill = async (count: number): Promise<string[]> => {
  const ids = Array.from({ length: count }, () => randomUUID())
  await db.project.createMany({
    data: ids.map((id) => ({
      ...{ id, kind: 'opentok', recorderKey: id, name: id, apiUrl: 'https://api.test', reasons: [] },
      secrets: {
        apiSecret: sealed('projects', id, `api secret of ${id}`),
        callbackSecret: sealed('projects', id, 'ü'.repeat(2000)),
        elsewhere: { env: 'NAME' },
      },
    })),
  })
  const [projectId = ''] = ids
  const [target, certificate] = [randomUUID(), randomUUID()]
  await db.storageTarget.create({
    data: {
      ...{ id: target, projectId, position: 0, kind: 's3', settings: {} },
      secrets: { secretAccessKey: sealed('storage_targets', target, 'storage key') },
    },
  })
  await db.certificate.create({
    data: {
      ...{ id: certificate, projectId, position: 0, fingerprint: 'ab'.repeat(32), pem: '' },
      ...{ notBefore: new Date(0), notAfter: new Date() },
      secrets: {
        privateKey: sealed('certificates', certificate, 'private key'),
        passphrase: sealed('certificates', certificate, 'passphrase'),
      },
    },
  })
  const webhook = randomUUID()
  await db.webhook.create({
    data: {
      ...{ id: webhook, projectId, url: 'https://hook.test', events: [], createdBy: randomUUID() },
      secrets: { signingSecret: sealed('webhooks', webhook, 'whsec_x') },
    },
  })
  const change = randomUUID()
  await db.change.create({
    data: {
      ...{ id: change, projectId, kind: 'webhook', summary: {} },
      secrets: { payload: sealed('changes', change, 'what waits') },
    },
  })
  await db.change.create({
    data: {
      ...{ projectId, kind: 'rules', summary: {}, secrets: {} },
      ...{ decision: 'lapsed', decidedAt: new Date() },
    },
  })
  return ids
}

/** Everything that is sealed, opened. */
const openAll = async (box: SecretBox): Promise<string[]> => {
  const rows = {
    projects: await db.project.findMany(),
    storage_targets: await db.storageTarget.findMany(),
    certificates: await db.certificate.findMany(),
    webhooks: await db.webhook.findMany(),
    changes: await db.change.findMany(),
  }
  const tables = ['projects', 'storage_targets', 'certificates', 'webhooks', 'changes'] as const
  return tables.flatMap((table) =>
    rows[table].flatMap(({ id, secrets }: { id: string; secrets: unknown }) =>
      Object.values(parseSecretReferences(secrets)).flatMap((reference) =>
        'sealed' in reference ? box.open(reference.sealed, bindSecret(table, id)) : [],
      ),
    ),
  )
}

const environment = (current: Uint8Array, previous: Uint8Array | null) => ({
  ...madeUpEnvironment(url),
  SECRETS_KEY: Buffer.from(current).toString('base64'),
  ...(previous && { SECRETS_KEY_PREVIOUS: Buffer.from(previous).toString('base64') }),
})

test('every sealed value opens with the new key alone, and is what it was', async () => {
  await fill(250)
  const plain = await openAll(before)
  expect(plain).toHaveLength(505)
  expect(await resealSecrets(db, between)).toEqual([
    { table: 'projects', sealed: 500, resealed: 500, unopened: [] },
    { table: 'storage_targets', sealed: 1, resealed: 1, unopened: [] },
    { table: 'certificates', sealed: 2, resealed: 2, unopened: [] },
    { table: 'sign_ins', sealed: 0, resealed: 0, unopened: [] },
    { table: 'webhooks', sealed: 1, resealed: 1, unopened: [] },
    { table: 'changes', sealed: 1, resealed: 1, unopened: [] },
  ])
  expect((await openAll(after)).toSorted()).toEqual(plain.toSorted())
  await expect(openAll(before)).rejects.toThrow('cannot be opened')
})

test('a second time nothing is sealed anew, and what is kept by reference stays', async () => {
  const [id = ''] = await fill(1)
  await resealSecrets(db, between)
  const once = await db.project.findUniqueOrThrow({ where: { id } })
  expect(once.secrets).toMatchObject({ elsewhere: { env: 'NAME' } })
  const again = await resealSecrets(db, between)
  expect(again.map(({ sealed, resealed }) => [sealed, resealed])).toEqual([
    [2, 0],
    [1, 0],
    [2, 0],
    [0, 0],
    [1, 0],
    [1, 0],
  ])
  expect(await db.project.findUniqueOrThrow({ where: { id } })).toEqual(once)
})

test('what no key opens is named and left, the rest is sealed anew', async () => {
  const [id = '', other = ''] = await fill(2)
  const strange = createSecretBox(randomBytes(32), null).seal('x', bindSecret('projects', id))
  const swapped = sealed('projects', other, 'of another row')
  await db.project.update({
    where: { id },
    data: { secrets: { apiSecret: { sealed: strange }, callbackSecret: swapped } },
  })
  const [projects] = await resealSecrets(db, between)
  expect(projects).toMatchObject({ sealed: 4, resealed: 2 })
  expect(projects?.unopened).toEqual([`projects ${id} apiSecret`, `projects ${id} callbackSecret`])
  const row = await db.project.findUniqueOrThrow({ where: { id } })
  expect(row.secrets).toEqual({ apiSecret: { sealed: strange }, callbackSecret: swapped })
})

test('no table with secrets is forgotten', async () => {
  const columns = await db.$queryRaw<{ name: string }[]>`
    SELECT DISTINCT table_name::text AS name FROM information_schema.columns
    WHERE column_name = 'secrets' AND table_schema = 'public'`
  const tables = await resealSecrets(db, between)
  expect(tables.map(({ table }) => table).toSorted()).toEqual(columns.map(({ name }) => name).toSorted())
})

describe('from the shell', () => {
  const said = (...counts: [sealed: number, anew: number][]) =>
    ['projects', 'storage_targets', 'certificates', 'sign_ins', 'webhooks', 'changes']
      .map((table, index) => `${table}: ${counts[index]?.[0]} sealed, ${counts[index]?.[1]} of them anew\n`)
      .join('')

  test('counts are printed, and what cannot be opened is an error', async () => {
    const [id] = await fill(1)
    const run = (previous: Uint8Array | null) =>
      runCommand('lib/keys/cli.ts', ['reseal'], environment(newKey, previous))
    const lost = await run(null)
    expect(lost).toMatchObject({
      code: 1,
      out: said([2, 0], [1, 0], [2, 0], [0, 0], [1, 0], [1, 0]),
    })
    expect(lost.error).toContain(
      `projects ${id} apiSecret: opens neither with SECRETS_KEY nor with SECRETS_KEY_PREVIOUS\n`,
    )
    expect(await run(oldKey)).toEqual({
      ...{ code: 0, error: '' },
      out: said([2, 2], [1, 1], [2, 2], [0, 0], [1, 1], [1, 1]),
    })
    expect(await openAll(after)).toContain(`api secret of ${id}`)
  })

  test('another call is answered with how to call it', async () => {
    expect(await runCommand('lib/keys/cli.ts', ['rotate'], environment(newKey, oldKey))).toEqual({
      ...{ code: 64, out: '', error: 'usage: npm run secrets -- reseal\n' },
    })
  })

  // Two processes are started and killed, which a busy machine takes its time for.
  test('killed in the middle, nothing is lost, and another run finishes', { timeout: 120_000 }, async () => {
    await fill(800)
    const plain = (await openAll(before)).toSorted()
    for (const run of [1, 2]) {
      const done = await countResealed()
      const child = spawn(process.execPath, ['lib/keys/cli.ts', 'reseal'], {
        env: { NODE_ENV: 'test', ...environment(newKey, oldKey) },
        stdio: 'ignore',
      })
      const ended = once(child, 'close')
      while ((await countResealed()) <= done) await sleep(1)
      child.kill('SIGKILL')
      expect(await ended, `run ${run}`).toEqual([null, 'SIGKILL'])
      expect((await openAll(between)).toSorted()).toEqual(plain)
    }
    expect(await countResealed()).toBeLessThan(800)
    await resealSecrets(db, between)
    expect((await openAll(after)).toSorted()).toEqual(plain)
  })

  const countResealed = async (): Promise<number> => {
    const rows = await db.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS count FROM projects
      WHERE secrets -> 'apiSecret' ->> 'sealed' LIKE ${`v1.${after.keyId}.%`}`
    return rows[0]?.count ?? 0
  }
})
