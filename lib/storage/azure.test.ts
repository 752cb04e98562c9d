import { createHmac, randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createOutgoing } from '../outgoing/outgoing.ts'
import { type AzureSettings, blobServiceUrl, createAzureStore } from './azure.ts'
import type { StoreTiming } from './retry.ts'
import { startTestHost, status, type TestHost, withHeaders } from './test-host.ts'

const BYTES = new Uint8Array(randomBytes(5000))
const IMPATIENT: StoreTiming = { tries: 2, backOffMs: 2, longestPauseMs: 20, stallMs: 500 }
const ACCOUNT_KEY = Buffer.from('an account key of some sixty-four bytes, as the portal shows it.').toString(
  'base64',
)
const outgoing = createOutgoing({ allowPrivateHosts: ['127.0.0.1'] })
const { signal } = new AbortController()
const KEY = '46201502/a b+c/ä.ts'

let host: TestHost
let urls: URL[]
beforeEach(async () => {
  urls = []
  host = await startTestHost(BYTES, (request, response) => {
    urls.push(new URL(request.url ?? '', host.url))
    host.answer(request, response)
  })
})
afterEach(() => host.close())
afterAll(() => outgoing.close())

function open(settings: Partial<AzureSettings> = {}) {
  return createAzureStore(
    {
      accountName: 'bankcalls',
      accountKey: ACCOUNT_KEY,
      container: 'calls',
      domain: `http://${host.address}/bankcalls/`,
      ...settings,
    },
    outgoing,
    IMPATIENT,
  )
}

async function read(start: number, end: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  const pin = { etag: host.etag, versionId: null }
  for await (const chunk of open().read(KEY, { start, end }, pin, signal)) chunks.push(chunk)
  return new Uint8Array(Buffer.concat(chunks))
}

describe('an Azure store', () => {
  test.each([
    [null, 'https://bankcalls.blob.core.windows.net'],
    ['blob.core.windows.net', 'https://bankcalls.blob.core.windows.net'],
    ['core.windows.net', 'https://bankcalls.blob.core.windows.net'],
    ['.blob.core.usgovcloudapi.net', 'https://bankcalls.blob.core.usgovcloudapi.net'],
    ['core.chinacloudapi.cn', 'https://bankcalls.blob.core.chinacloudapi.cn'],
    ['privatelink.blob.core.windows.net', 'https://bankcalls.privatelink.blob.core.windows.net'],
    ['bankcalls.z12.blob.storage.azure.net', 'https://bankcalls.z12.blob.storage.azure.net'],
    ['blobs.bank.example:8443', 'https://bankcalls.blobs.bank.example:8443'],
    ['https://blobs.bank.example/', 'https://blobs.bank.example'],
    ['http://127.0.0.1:10000/bankcalls', 'http://127.0.0.1:10000/bankcalls'],
  ])('with the domain %s lies at %s', (domain, url) => {
    expect(blobServiceUrl({ accountName: 'bankcalls', accountKey: null, container: 'calls', domain })).toBe(
      url,
    )
  })

  test('reads by a signature for this one blob, for reading, for minutes', async () => {
    expect(await read(10, 20)).toEqual(BYTES.slice(10, 20))
    const url = urls[0]
    if (!url) throw new Error('nothing was asked')
    expect(url.pathname).toBe(`/bankcalls/calls/46201502/a%20b%2Bc/${encodeURIComponent('ä')}.ts`)
    const query = url.searchParams
    expect([query.get('sp'), query.get('sr'), query.get('st')]).toEqual(['r', 'b', null])
    const leftMs = Date.parse(query.get('se') ?? '') - Date.now()
    expect(leftMs).toBeGreaterThan(200_000)
    expect(leftMs).toBeLessThanOrEqual(300_000)
    // https://learn.microsoft.com/rest/api/storageservices/create-service-sas: the string to sign since 2020-12-06.
    const toSign = [
      'r',
      '',
      query.get('se'),
      `/blob/bankcalls/calls/${KEY}`,
      '',
      '',
      '',
      query.get('sv'),
      'b',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
    ].join('\n')
    const wanted = createHmac('sha256', Buffer.from(ACCOUNT_KEY, 'base64')).update(toSign).digest('base64')
    expect(query.get('sig')).toBe(wanted)
  })

  test('tells size, ETag, version and tier by one HEAD', async () => {
    host.steps.push(
      withHeaders({ 'x-ms-version-id': '2026-01-02T03:04:05.6789012Z', 'x-ms-access-tier': 'Cool' }),
    )
    expect(await open().stat(KEY, signal)).toEqual({
      sizeBytes: 5000,
      etag: host.etag,
      versionId: '2026-01-02T03:04:05.6789012Z',
      coldTier: null,
    })
    host.steps.push(withHeaders({ 'x-ms-access-tier': 'Archive' }))
    expect(await open().stat(KEY, signal)).toMatchObject({ coldTier: 'Archive' })
    expect(host.asked).toEqual(['HEAD', 'HEAD'])
  })

  test.each([
    [403, 'AuthenticationFailed', 'storage-forbidden', 'refuses the key of the account bankcalls'],
    [403, 'AuthorizationFailure', 'storage-forbidden', 'its network is not allowed'],
    [403, 'AuthorizationPermissionMismatch', 'storage-forbidden', 'Storage Blob Data Reader'],
    [403, 'KeyBasedAuthenticationNotPermitted', 'storage-forbidden', 'leave accountKey out'],
    [404, 'BlobNotFound', 'archive-missing', 'gone from azure://calls'],
    [404, 'ContainerNotFound', 'storage-none', 'There is no container calls'],
    [409, 'BlobArchived', 'archive-cold', ''],
    [409, 'BlobBeingRehydrated', 'archive-cold', ''],
    [412, 'ConditionNotMet', 'archive-changed', ''],
    [416, 'InvalidRange', 'archive-cut', ''],
    [503, 'ServerBusy', 'storage-unavailable', '503 ServerBusy'],
    [500, 'OperationTimedOut', 'storage-unavailable', '500 OperationTimedOut'],
    [400, 'InvalidQueryParameterValue', 'storage-misbehaved', '400 InvalidQueryParameterValue'],
  ])('explains %i %s, to a GET and to a HEAD', async (code, word, expected, words) => {
    const step = status(code, '', { 'x-ms-error-code': word })
    host.steps.push(step, step)
    const failure = await read(0, 10).catch((error: unknown) => error)
    expect(failure).toMatchObject({
      name: 'AppError',
      code: expected,
      detail: expect.stringContaining(words),
    })
    host.steps.splice(0)
    host.steps.push(step, step)
    await expect(open().stat(KEY, signal)).rejects.toMatchObject({ code: expected })
  })

  test('without a key and without an identity says so', async () => {
    vi.stubEnv('AZURE_TOKEN_CREDENTIALS', 'EnvironmentCredential')
    for (const name of ['AZURE_TENANT_ID', 'AZURE_CLIENT_ID', 'AZURE_CLIENT_SECRET']) {
      vi.stubEnv(name, undefined)
    }
    await expect(open({ accountKey: null }).stat(KEY, signal)).rejects.toMatchObject({
      code: 'storage-forbidden',
      detail: 'No identity was found that opens azure://calls of the account bankcalls.',
    })
    vi.unstubAllEnvs()
  })
})
