import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type AzureServer, startAzure } from '../../../e2e/stack/azure.ts'
import { type S3Server, startS3 } from '../../../e2e/stack/s3.ts'
import { createAzureDeposit } from '../../storage/azure-deposit.ts'
import type { Deposit } from '../../storage/deposit.ts'
import { createFolderDeposit } from '../../storage/folder-deposit.ts'
import { createS3Deposit } from '../../storage/s3-deposit.ts'
import { type Anchored, anchorLog, checkpointName, LATEST } from './anchor-log.ts'
import { openTestLog, type TestLog } from './test-log.ts'

const folder = mkdtempSync(join(tmpdir(), 'recordroom-test-'))
const { signal } = new AbortController()
const ACCOUNT = { accountName: 'anchors', accountKey: Buffer.alloc(64, 7).toString('base64') }

let s3: S3Server
let azure: AzureServer
let log: TestLog
let places = 0
beforeAll(async () => {
  s3 = await startS3({
    folder: join(folder, 's3'),
    region: 'eu-central-1',
    keys: [{ accessKeyId: 'AKIDANCHOR', secretAccessKey: 'secret', buckets: null }],
  })
  azure = await startAzure({ folder: join(folder, 'azure'), ...ACCOUNT })
  vi.stubEnv('AWS_REGION', 'eu-central-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDANCHOR')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
  await s3.objects.createBucket('anchors')
  await s3.objects.lockBucket('anchors', { mode: 'COMPLIANCE', days: 30 })
  await azure.createContainer('anchors')
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await Promise.all([s3.stop(), azure.stop()])
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  log = await openTestLog()
  places += 1
})
afterEach(() => log.stop())

const inFolder = (): Deposit => createFolderDeposit(mkdtempSync(join(folder, 'f-')))
const inS3 = (): Deposit =>
  createS3Deposit(
    { bucket: 'anchors', prefix: `log-${places}`, endpoint: s3.endpoint },
    log.services.outgoing,
  )
const inAzure = (): Deposit =>
  createAzureDeposit(
    { ...ACCOUNT, domain: azure.domain, container: 'anchors', prefix: `log-${places}` },
    log.services.outgoing,
  )

const anchor = (deposit: Deposit): Promise<Anchored> =>
  anchorLog(log.db, deposit, { signer: log.signer, signal })

async function anchorAll(deposit: Deposit): Promise<number> {
  for (let written = 0; ; ) {
    const pass = await anchor(deposit)
    written += pass.written
    if (!pass.isMore) return written
  }
}

async function textOf(deposit: Deposit, name: string): Promise<string | null> {
  const kept = await deposit.find(name, signal)
  return kept === null ? null : Buffer.from(kept.bytes).toString()
}

/** Every checkpoint of the log is there, letter by letter, and `latest` is the newest. */
async function expectAnchored(deposit: Deposit): Promise<void> {
  const all = await log.db.$queryRaw<
    { size: bigint; text: string }[]
  >`SELECT size, text FROM audit.checkpoints`
  for (const { size, text } of all) expect(await textOf(deposit, checkpointName(size))).toBe(text)
  expect(await textOf(deposit, LATEST)).toBe(await log.newestText())
}

describe.each([
  ['a bucket with object lock', inS3],
  ['a container', inAzure],
  ['a folder', inFolder],
] as [string, () => Deposit][])('%s', (_, open) => {
  test('has each checkpoint, and the newest as latest', async () => {
    const deposit = open()
    expect(await anchor(deposit)).toEqual({ written: 0, isMore: false })
    await log.grow(3)
    expect(await anchorAll(deposit)).toBe(3)
    await expectAnchored(deposit)
    await log.grow(1)
    expect(await anchorAll(deposit)).toBe(1)
    await expectAnchored(deposit)
    expect(await anchorAll(deposit)).toBe(0)
  })

  test('is left as it is where it has other bytes, and the rest is put there', async () => {
    const deposit = open()
    const size = await log.grow(3)
    await deposit.create(checkpointName(size - 1), Buffer.from('other'), signal)
    const refused = {
      code: 'anchor-conflict',
      detail: expect.stringContaining(`${size - 1}.checkpoint is there`),
    }
    await expect(anchor(deposit)).rejects.toMatchObject(refused)
    expect(await textOf(deposit, checkpointName(size - 1))).toBe('other')
    expect(await textOf(deposit, checkpointName(size - 2))).not.toBeNull()
    expect(await textOf(deposit, LATEST)).toBe(await log.newestText())
    await expect(anchor(deposit), 'as long as it is there').rejects.toMatchObject(refused)
    await log.grow(1)
    await expect(anchor(deposit)).rejects.toMatchObject(refused)
    expect(await textOf(deposit, LATEST)).toBe(await log.newestText())
  })
})

test('after an outage the newest goes first, and what is missing comes after it, oldest first', async () => {
  const deposit = inS3()
  await log.grow(1)
  await anchorAll(deposit)
  s3.faults.set([{ status: 503, times: 1000 }])
  await log.grow(70)
  await expect(anchor(deposit)).rejects.toMatchObject({ code: 'storage-unavailable' })
  s3.faults.set([])
  await anchor(deposit)
  expect(await textOf(deposit, LATEST)).toBe(await log.newestText())
  const has = async (size: number): Promise<boolean> => (await textOf(deposit, checkpointName(size))) !== null
  expect([await has(2), await has(65), await has(66), await has(71)]).toEqual([true, true, false, true])
  await anchorAll(deposit)
  await expectAnchored(deposit)
}, 60_000)

describe('latest', () => {
  test('goes to no log that is shorter than it says', async () => {
    const deposit = inFolder()
    await log.grow(3)
    await anchorAll(deposit)
    for (const table of ['checkpoints', 'blocks', 'block_leaves', 'tree_nodes'])
      await log.owner.ask(`ALTER TABLE audit.${table} DISABLE TRIGGER USER`)
    await log.owner.ask(
      `DELETE FROM audit.checkpoints WHERE size > 1; DELETE FROM audit.blocks WHERE number > 0;
       DELETE FROM audit.block_leaves WHERE number > 0; DELETE FROM audit.tree_nodes WHERE index > 0 OR level > 0`,
    )
    const refused = { code: 'anchor-conflict', detail: expect.stringContaining('end may have been cut off') }
    await expect(anchor(deposit)).rejects.toMatchObject(refused)
    await log.owner.ask('UPDATE anchors SET latest_size = 0')
    await expect(anchor(deposit), 'nor when that is forgotten').rejects.toMatchObject(refused)
  })

  test('goes to no other log, however long', async () => {
    const deposit = inFolder()
    await log.grow(1)
    await anchorAll(deposit)
    const other = await openTestLog({ AUDIT_SIGNING_KEY: keyOf(log) })
    await other.grow(3)
    await expect(anchorLog(other.db, deposit, { signer: other.signer, signal })).rejects.toMatchObject({
      code: 'anchor-conflict',
    })
    expect(await textOf(deposit, LATEST)).toBe(await log.newestText())
    await other.stop()
  })

  test('that is no checkpoint is left as it is', async () => {
    const place = mkdtempSync(join(folder, 'f-'))
    writeFileSync(join(place, LATEST), 'ha')
    await log.grow(1)
    await expect(anchor(createFolderDeposit(place))).rejects.toMatchObject({
      detail: expect.stringContaining('no checkpoint of this log'),
    })
    expect(readFileSync(join(place, LATEST), 'utf8')).toBe('ha')
  })
})

test('killed again and again, it goes on where it was', async () => {
  const place = mkdtempSync(join(folder, 'f-'))
  await log.grow(120)
  const script = join(import.meta.dirname, 'test-anchorer.ts')
  const key = keyOf(log)
  for (let kill = 0; kill < 6; kill += 1) {
    const child = spawn(process.execPath, [script, log.applicationUrl, place, key], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    while (readdirSync(place).length < (kill + 1) * 12 && child.exitCode === null) await wait(1)
    expect(child.exitCode).toBeNull()
    child.kill('SIGKILL')
    await once(child, 'close')
  }
  const deposit = createFolderDeposit(place)
  await anchorAll(deposit)
  await expectAnchored(deposit)
  expect(readdirSync(place).filter((name) => name.endsWith('.draft'))).toEqual([])
}, 120_000)

function keyOf({ signer }: TestLog): string {
  return String(signer.key.export({ type: 'pkcs8', format: 'pem' }))
}
