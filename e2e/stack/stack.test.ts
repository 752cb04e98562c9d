import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findFreePort } from './free-port.ts'
import { removeElsewhere } from './postgres-place.ts'
import { type Stack, startStack } from './stack.ts'

const folder = mkdtempSync(join(tmpdir(), 'recordroom-test-'))
const DAY_MS = 86_400_000
let stack: Stack
let portalPort: number

beforeAll(async () => {
  portalPort = await findFreePort()
  stack = await startStack({ folder, portalPort, careless: true })
})

afterAll(async () => {
  await stack.stop()
  removeElsewhere(join(folder, 'postgres'))
  rmSync(folder, { recursive: true, force: true })
})

function listed() {
  return stack.info.projects.flatMap(({ apiKey }) => [...stack.recorder.archives.list(apiKey, null)])
}

test('the portal is allowed exactly the hosts of the stack', () => {
  const { s3, azure, recorder, identityProvider } = stack
  const ports = [s3.port, azure.port, recorder.port, identityProvider.port]
  expect(stack.environment.ALLOW_PRIVATE_HOSTS).toBe(ports.map((port) => `127.0.0.1:${port}`).join(','))
  expect(stack.environment).not.toHaveProperty('DATABASE_OWNER_URL')
  expect(stack.info.environment.DATABASE_OWNER_URL).toBe(stack.ownerUrl)
})

test('300 records without files lie over 90 days beside the archives with a purpose', () => {
  const purposes = new Set(Object.values(stack.info.purposes).map(({ archiveId }) => archiveId))
  const records = listed().filter(({ id }) => !purposes.has(id))
  expect(records).toHaveLength(300)
  expect(records.every(({ file }) => file === null)).toBe(true)
  const agesMs = records.map(({ createdAtMs }) => Date.now() - createdAtMs)
  expect(Math.max(...agesMs)).toBeGreaterThan(85 * DAY_MS)
  expect(Math.max(...agesMs)).toBeLessThan(91 * DAY_MS)
})

test('the cloud’s copy is less than a day old and can be fetched', async () => {
  const cloud = stack.info.archives.find(({ storage }) => storage === 'cloud')
  const archive = listed().find(({ id }) => id === cloud?.archiveId)
  expect(Date.now() - (archive?.createdAtMs ?? 0)).toBeLessThan(DAY_MS)
  expect(archive?.file).not.toBeNull()
})

test('each container and each store is among the archives that are named', () => {
  const kinds = new Set(stack.info.archives.map(({ container, storage }) => `${container} ${storage}`))
  expect(kinds).toEqual(new Set(['ts s3', 'ts azure', 'mp4 s3', 'mp4 cloud', 'zip s3']))
})

test('the files with secrets are for their owner alone', () => {
  for (const file of [stack.projectsFile, stack.accessFile]) expect(statSync(file).mode & 0o077).toBe(0)
  expect(readFileSync(stack.accessFile, 'utf8')).not.toContain('nobody@demo.test')
})

test('a second start finds addresses, sessions and objects as they were', async () => {
  const before = { info: stack.info, etag: await findEtag() }
  await stack.stop()
  stack = await startStack({ folder, portalPort, careless: true })
  expect(stack.info).toEqual(before.info)
  expect(await findEtag()).toEqual(before.etag)
})

async function findEtag(): Promise<string | undefined> {
  const { archiveId } = stack.info.purposes.advice ?? { archiveId: '' }
  const key = `${stack.info.projects[0]?.apiKey}/${archiveId}/archive.ts`
  return (await stack.s3.objects.find('calls', key))?.etag
}
