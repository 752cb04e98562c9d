import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { getSample, readManifest, samplePath } from '../../e2e/stack/samples.ts'
import { createMigratedDatabase } from '../../e2e/stack/test-database.ts'
import { createTestServices } from '../auth/test-services.ts'
import { unwrapPassword } from '../keys/key-ring.ts'
import { createSecretBox } from '../keys/seal.ts'
import type { Services } from '../services.ts'
import { applyProjects } from './apply-projects.ts'
import { parseProjectsFile } from './parse-projects-file.ts'
import { createProjectRegistry } from './project-registry.ts'
import { SECRET_SOURCES } from './secret-reference.ts'

const folder = mkdtempSync(`${tmpdir()}/recordroom-test-`)
const signal = AbortSignal.timeout(60_000)
let services: Services
let id: string

const [current, rotated] = readManifest().certificates.map(({ certificate, privateKey, passphrase }) => ({
  certificate: { file: samplePath(certificate) },
  privateKey: { file: samplePath(privateKey), ...(passphrase === null ? {} : { passphrase }) },
}))
const retail = {
  ...{ name: 'Retail', region: 'eu', concurrentViewings: 3 },
  recorder: { kind: 'opentok', apiUrl: 'http://127.0.0.1:1', apiKey: '46201502', apiSecret: 'hidden' },
  storage: [
    { kind: 's3', bucket: 'new', region: 'eu-central-1', accessKeyId: 'A', secretAccessKey: { env: 'KEY' } },
    { kind: 'azure', accountName: 'bank', container: 'old' },
  ],
}

const apply = async (changes: Record<string, unknown>): Promise<void> => {
  const text = JSON.stringify({ projects: [{ ...retail, ...changes }] })
  const sources = { ...SECRET_SOURCES, findVariable: () => 'x' }
  await applyProjects(services, parseProjectsFile(text, { folder, sources }))
}

beforeAll(async () => {
  services = createTestServices((await createMigratedDatabase()).applicationUrl)
  await apply({ certificates: [current] })
  id = (await services.db.project.findFirstOrThrow()).id
})
afterAll(async () => {
  await services.db.$disconnect()
  await services.outgoing.close()
  rmSync(folder, { recursive: true, force: true })
})

test('a project is opened from its rows: newest store and newest key first', async () => {
  const project = await services.projects.get(id)
  expect(project).toMatchObject({
    ...{ id, name: 'Retail', kind: 'opentok', recorderKey: '46201502', region: 'eu', unit: null },
    concurrentViewings: 3,
  })
  expect(project.stores.map(({ store }) => store.label)).toEqual(['s3://new', 'azure://old'])
  const { password } = getSample('advice.mpegts')
  const hint = { fingerprint: null, createdAt: new Date() }
  expect((await unwrapPassword(project.keyRing, password, { hint, signal })).bytes).toHaveLength(51)
})

test('it is held while it stays as it is, and opened anew when it was changed', async () => {
  const before = await services.projects.get(id)
  expect(await services.projects.get(id)).toBe(before)
  await apply({ certificates: [current, rotated] })
  const after = await services.projects.get(id)
  expect([before.keyRing.length, after.keyRing.length]).toEqual([1, 2])
  await apply({ certificates: [rotated, current] })
  const turned = await services.projects.get(id)
  expect(turned.keyRing.map(({ fingerprint }) => fingerprint)).toEqual(
    after.keyRing.map(({ fingerprint }) => fingerprint).toReversed(),
  )
})

test('a project that is not there is not told from one that is not yours', async () => {
  await expect(services.projects.get('0192f000-0000-7000-8000-000000000001')).rejects.toMatchObject({
    code: 'forbidden',
  })
})

test('a secret that cannot be read fails where it is used, in words that do not repeat it', async () => {
  const { db, outgoing } = services
  const strange = createProjectRegistry(db, createSecretBox(randomBytes(32), null), outgoing)
  const project = await strange.get(id)
  await expect(project.recorder.getArchive('a', signal)).rejects.toMatchObject({
    code: 'recorder-forbidden',
    detail: expect.stringMatching(
      /^The project’s apiSecret cannot be read: a sealed value of projects.secrets/,
    ),
  })
  await expect(project.stores[0]?.store.stat('a', signal)).rejects.toMatchObject({
    code: 'storage-forbidden',
    detail:
      'The storage target’s secretAccessKey cannot be read: the variable KEY cannot be read or is empty.',
  })
  await expect(project.keyRing[1]?.unwrap(new Uint8Array(256), signal)).rejects.toMatchObject({
    code: 'key-provider-down',
  })
})
