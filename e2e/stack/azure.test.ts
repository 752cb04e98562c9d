import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AzureServer, startAzure } from './azure.ts'
import { getSample, samplePath } from './samples.ts'

const folder = mkdtempSync(join(tmpdir(), 'recordroom-test-'))
const accountName = 'democalls'
const accountKey = Buffer.from('a key of thirty-two bytes or so.').toString('base64')
let server: AzureServer

beforeAll(async () => {
  server = await startAzure({ folder, accountName, accountKey })
  await server.createContainer('calls')
  await server.putFile('calls', 'azure.ts', samplePath('azure.mpegts'))
})

afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

function blob(key: string) {
  const client = new BlobServiceClient(server.domain, new StorageSharedKeyCredential(accountName, key))
  return client.getContainerClient('calls').getBlobClient('azure.ts')
}

test('a blob is read whole and by part with the account’s key', async () => {
  const { contentLength } = await blob(accountKey).getProperties()
  expect(contentLength).toBe(getSample('azure.mpegts').sizeBytes)
  const part = await blob(accountKey).downloadToBuffer(16, 32)
  expect(part).toHaveLength(32)
})

test('another key is refused', async () => {
  const wrong = Buffer.from('another key of thirty-two bytes.').toString('base64')
  await expect(blob(wrong).getProperties()).rejects.toMatchObject({ statusCode: 403 })
})

test('a blob is the same one after a restart', async () => {
  const { etag } = await blob(accountKey).getProperties()
  await server.stop()
  server = await startAzure({ folder, accountName, accountKey })
  await server.putFile('calls', 'azure.ts', samplePath('azure.mpegts'))
  expect((await blob(accountKey).getProperties()).etag).toBe(etag)
})
