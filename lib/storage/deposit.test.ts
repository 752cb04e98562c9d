import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type AzureServer, startAzure } from '../../e2e/stack/azure.ts'
import { type S3Server, startS3 } from '../../e2e/stack/s3.ts'
import { createOutgoing } from '../outgoing/outgoing.ts'
import { createAzureDeposit } from './azure-deposit.ts'
import type { Deposit } from './deposit.ts'
import { createFolderDeposit } from './folder-deposit.ts'
import type { StoreTiming } from './retry.ts'
import { createS3Deposit } from './s3-deposit.ts'

const folder = mkdtempSync(join(tmpdir(), 'recordroom-test-'))
const outgoing = createOutgoing({ allowPrivateHosts: ['127.0.0.1'] })
const { signal } = new AbortController()
const IMPATIENT: StoreTiming = { tries: 2, backOffMs: 2, longestPauseMs: 20, stallMs: 500 }
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))
const ACCOUNT = { accountName: 'anchors', accountKey: Buffer.alloc(64, 7).toString('base64') }

let s3: S3Server
let azure: AzureServer
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
  for (const bucket of ['plain', 'locked']) await s3.objects.createBucket(bucket)
  await s3.objects.lockBucket('locked', { mode: 'COMPLIANCE', days: 30 })
  await azure.createContainer('heads')
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await Promise.all([s3.stop(), azure.stop(), outgoing.close()])
  rmSync(folder, { recursive: true, force: true })
})

const inS3 = (bucket: string): Deposit =>
  createS3Deposit({ bucket, prefix: 'log/', endpoint: s3.endpoint }, outgoing)
const inAzure = (container: string, accountKey = ACCOUNT.accountKey): Deposit =>
  createAzureDeposit(
    { ...ACCOUNT, accountKey, domain: azure.domain, container, prefix: 'log' },
    outgoing,
    IMPATIENT,
  )

const places: [string, () => Deposit][] = [
  ['a bucket', () => inS3('plain')],
  ['a bucket with object lock', () => inS3('locked')],
  ['a container', () => inAzure('heads')],
  ['a folder', () => createFolderDeposit(mkdtempSync(join(folder, 'f-')))],
]

describe.each(places)('%s', (_, open) => {
  test('keeps what was put there first', async () => {
    const deposit = open()
    expect(await deposit.find('1.checkpoint', signal)).toBeNull()
    expect(await deposit.create('1.checkpoint', bytesOf('one'), signal)).toBe('written')
    expect(await deposit.create('1.checkpoint', bytesOf('other'), signal)).toBe('there')
    const kept = await deposit.find('1.checkpoint', signal)
    expect(Buffer.from(kept?.bytes ?? []).toString()).toBe('one')
  })

  test('replaces what is still the one that was seen', async () => {
    const deposit = open()
    const replace = (text: string, mark: string | null): Promise<'written' | 'moved'> =>
      deposit.replace('latest.checkpoint', bytesOf(text), { mark, signal })
    const markOf = async (): Promise<string | null> =>
      (await deposit.find('latest.checkpoint', signal))?.mark ?? null
    expect(await replace('one', null)).toBe('written')
    expect(await replace('two', null)).toBe('moved')
    const first = await markOf()
    expect(await replace('three', first)).toBe('written')
    expect(await replace('four', first)).toBe('moved')
    const kept = await deposit.find('latest.checkpoint', signal)
    expect(Buffer.from(kept?.bytes ?? []).toString()).toBe('three')
  })

  test('holds nothing of no bytes for missing', async () => {
    const deposit = open()
    await deposit.create('nothing', bytesOf(''), signal)
    expect((await deposit.find('nothing', signal))?.bytes).toHaveLength(0)
  })
})

test('what is kept in a bucket with object lock says until when', async () => {
  const deposit = inS3('locked')
  await deposit.create('7.checkpoint', bytesOf('seven'), signal)
  const facts = await s3.objects.find('locked', 'log/7.checkpoint')
  expect(facts?.lock?.['x-amz-object-lock-mode']).toBe('COMPLIANCE')
  const until = Date.parse(facts?.lock?.['x-amz-object-lock-retain-until-date'] ?? '')
  expect(until / 86_400_000).toBeCloseTo(Date.now() / 86_400_000 + 30, 2)
})

test('a bucket is asked once whether it has object lock, also where it has none', async () => {
  const deposit = inS3('plain')
  await deposit.create('8.checkpoint', bytesOf('eight'), signal)
  const before = s3.traffic.requests
  await deposit.create('9.checkpoint', bytesOf('nine'), signal)
  expect(s3.traffic.requests - before).toBe(1)
})

test('a folder holds whole files alone: drafts of a writer that was killed are swept', async () => {
  const place = mkdtempSync(join(folder, 'f-'))
  writeFileSync(join(place, '.0190c0de-0000-7000-8000-000000000000.draft'), 'ha')
  const deposit = createFolderDeposit(place)
  await deposit.create('1.checkpoint', bytesOf('one'), signal)
  expect(readdirSync(place)).toEqual(['1.checkpoint'])
  expect(statSync(join(place, '1.checkpoint')).mode & 0o777).toBe(0o444)
})

describe('what refuses is told', () => {
  test.each([
    ['no bucket', 'storage-none', () => inS3('absent')],
    ['no container', 'storage-none', () => inAzure('absent')],
    ['no folder', 'storage-none', () => createFolderDeposit(join(folder, 'absent'))],
    ['another key of the account', 'storage-forbidden', () => inAzure('heads', 'b3RoZXI=')],
  ] as [string, string, () => Deposit][])('%s', async (_, code, open) => {
    const deposit = open()
    await expect(deposit.find('latest.checkpoint', signal)).rejects.toMatchObject({ code })
    await expect(deposit.create('1.checkpoint', bytesOf('one'), signal)).rejects.toMatchObject({ code })
  })

  test('another secret of the bucket', async () => {
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'another')
    await expect(inS3('plain').find('latest.checkpoint', signal)).rejects.toMatchObject({
      ...{ code: 'storage-forbidden', detail: expect.stringContaining('secret access key') },
    })
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
  })

  test('an address inside the network that is not listed', async () => {
    const guarded = createOutgoing({ allowPrivateHosts: [] })
    const settings = { bucket: 'plain', prefix: '', endpoint: s3.endpoint }
    const refused = { code: 'address-refused' }
    await expect(createS3Deposit(settings, guarded).find('x', signal)).rejects.toMatchObject(refused)
    const account = { ...ACCOUNT, domain: azure.domain, container: 'heads', prefix: '' }
    const container = createAzureDeposit(account, guarded, IMPATIENT)
    await expect(container.create('x', bytesOf('x'), signal)).rejects.toMatchObject(refused)
    await guarded.close()
  })
})
