import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMigratedDatabase } from '../../e2e/stack/test-database.ts'
import { type Ended, madeUpEnvironment, runCommand } from '../apply/test-command.ts'
import { openDatabase } from '../database.ts'
import { fingerprintOf, makeCertificate, type TestCertificate } from '../keys/test-certificates.ts'

const folder = mkdtempSync(join(tmpdir(), 'recordroom-test-'))
const keys = join(folder, 'keys')
let environment: Record<string, string | undefined>
let db: ReturnType<typeof openDatabase>
let made: TestCertificate

beforeAll(async () => {
  const { applicationUrl } = await createMigratedDatabase()
  environment = { ...madeUpEnvironment(applicationUrl), OPENTOK_SECRET: 'hidden in a variable' }
  db = openDatabase(applicationUrl)
  mkdirSync(keys)
  made = makeCertificate(keys, 'made', { passphrase: 'hidden passphrase' })
})
afterAll(async () => {
  await db.$disconnect()
  rmSync(folder, { recursive: true, force: true })
})

const apply = (file: unknown, changes: Record<string, string> = {}): Promise<Ended> => {
  writeFileSync(join(folder, 'projects.json'), JSON.stringify(file))
  return runCommand('lib/projects/cli.ts', ['apply', join(folder, 'projects.json')], {
    ...environment,
    ...changes,
  })
}

const retail = () => ({
  name: 'Retail EU',
  recorder: { kind: 'opentok', apiKey: '46201502', apiSecret: { env: 'OPENTOK_SECRET' } },
  storage: [{ kind: 's3', bucket: 'calls', region: 'eu-central-1' }],
  // From the file's own folder, wherever the command is run.
  certificates: [
    {
      certificate: { file: `keys/${made.certificate}` },
      privateKey: { file: `keys/${made.key}`, passphrase: 'hidden passphrase' },
    },
  ],
})

test('a file is applied, then again, and it is said what was done', async () => {
  const fingerprint = fingerprintOf(keys, made)
  const first = await apply({ projects: [retail()] })
  expect(first).toMatchObject({ code: 0, error: '' })
  expect(first.out).toMatch(
    new RegExp(
      `^Retail EU: added\nRetail EU: storage s3://calls: added\nRetail EU: certificate ${fingerprint.slice(0, 16)}…: added, good until .*Z\n$`,
    ),
  )
  expect(await apply({ projects: [retail()] })).toEqual({
    ...{ code: 0, out: 'Retail EU: nothing changed\n', error: '' },
  })
  expect(await db.certificate.findMany({ select: { fingerprint: true } })).toEqual([{ fingerprint }])
})

test('a file with faults is refused whole, every fault with its place and no secret', async () => {
  const [first, other] = [retail(), retail()]
  const file = {
    projects: [
      { ...first, storage: [...first.storage, { kind: 'azure', accountName: 'bank' }] },
      { ...other, recorder: { ...other.recorder, apiKey: '46201502', apiSecret: 'hidden', apiUrl: 'x' } },
    ],
  }
  expect(await apply(file)).toEqual({
    ...{ code: 1, out: '' },
    error: `${join(folder, 'projects.json')} was refused, and nothing was changed:
  projects[0].storage[1].container: is missing
  projects[1].recorder.apiUrl: must be an http(s) address without user, query or fragment
`,
  })
})

test('a variable that is not set in the command’s environment is a fault', async () => {
  expect(await apply({ projects: [retail()] }, { OPENTOK_SECRET: '' })).toMatchObject({
    code: 1,
    error: expect.stringContaining(
      'projects[0].recorder.apiSecret.env: the variable OPENTOK_SECRET is not set',
    ),
  })
})

test('without a database that was deployed nothing is half done', async () => {
  const gone = { DATABASE_URL: 'postgresql://recordroom:hidden@127.0.0.1:1/none' }
  const { code, out, error } = await apply({ projects: [retail()] }, gone)
  expect([code, out]).toEqual([1, ''])
  expect(error).not.toContain('hidden')
})
