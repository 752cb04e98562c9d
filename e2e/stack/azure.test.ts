import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AzureServer, startAzure } from './azure.ts'
import { getSample, samplePath } from './samples.ts'

const accountName = 'democalls'
const accountKey = Buffer.from('a key of thirty-two bytes or so.').toString('base64')
let server: AzureServer

beforeAll(async () => {
  server = await startAzure({ accountName, accountKey })
  await server.createContainer('calls')
  await server.putFile('calls', 'azure.mpegts', samplePath('azure.mpegts'))
})

afterAll(() => server.stop())

function blob(key: string) {
  const client = new BlobServiceClient(server.domain, new StorageSharedKeyCredential(accountName, key))
  return client.getContainerClient('calls').getBlobClient('azure.mpegts')
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
