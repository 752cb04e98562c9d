import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type S3Server, startS3 } from './s3.ts'

const folder = mkdtempSync(join(tmpdir(), 'recordroom-test-'))
const reader = { accessKeyId: 'AKIAREADER', secretAccessKey: 'a reader’s secret', buckets: ['calls'] }
const keeper = { accessKeyId: 'AKIAKEEPER', secretAccessKey: 'a keeper’s secret', buckets: null }
let server: S3Server

function clientOf(
  credentials: { accessKeyId: string; secretAccessKey: string },
  region = 'eu-central-1',
): S3Client {
  return new S3Client({
    endpoint: server.endpoint,
    region,
    forcePathStyle: true,
    maxAttempts: 1,
    credentials,
  })
}

beforeAll(async () => {
  server = await startS3({ folder, keys: [reader, keeper], region: 'eu-central-1' })
  await server.objects.createBucket('calls')
  await server.objects.createBucket('other')
  await clientOf(keeper).send(
    new PutObjectCommand({ Bucket: 'calls', Key: 'a/b ü+.ts', Body: 'hello world' }),
  )
})

afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

const hello = { Bucket: 'calls', Key: 'a/b ü+.ts' }

async function read(range?: string): Promise<string | undefined> {
  const object = await clientOf(reader).send(new GetObjectCommand({ ...hello, Range: range }))
  return object.Body?.transformToString()
}

describe('reading', () => {
  test('gives the whole, a part, the rest and the end', async () => {
    expect(await read()).toBe('hello world')
    expect(await read('bytes=6-8')).toBe('wor')
    expect(await read('bytes=6-')).toBe('world')
    expect(await read('bytes=-5')).toBe('world')
    expect(await read('bytes=6-900')).toBe('world')
  })

  test('tells size and ETag', async () => {
    const head = await clientOf(reader).send(new HeadObjectCommand(hello))
    expect(head.ContentLength).toBe(11)
    expect(head.ETag).toBe(`"${createHash('md5').update('hello world').digest('hex')}"`)
  })

  test('refuses what lies beyond the end, and what has changed', async () => {
    await expect(read('bytes=11-')).rejects.toMatchObject({ name: 'InvalidRange' })
    const stale = new GetObjectCommand({ ...hello, IfMatch: '"another"' })
    await expect(clientOf(reader).send(stale)).rejects.toMatchObject({ name: 'PreconditionFailed' })
  })

  test('works by a signed address until that has expired', async () => {
    const url = await getSignedUrl(clientOf(reader), new GetObjectCommand(hello), { expiresIn: 60 })
    expect(await (await fetch(url, { headers: { range: 'bytes=0-4' } })).text()).toBe('hello')
    expect((await fetch(url.replace('X-Amz-Expires=60', 'X-Amz-Expires=61'))).status).toBe(403)
    const past = await getSignedUrl(clientOf(reader), new GetObjectCommand(hello), {
      expiresIn: 60,
      signingDate: new Date(Date.now() - 61_000),
    })
    expect(await (await fetch(past)).text()).toContain('Request has expired')
  })
})

describe('keys', () => {
  test.each([
    ['an unknown key', { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' }, 'InvalidAccessKeyId'],
    ['a wrong secret', { ...reader, secretAccessKey: 'x' }, 'SignatureDoesNotMatch'],
  ])('refuses %s', async (_what, credentials, name) => {
    await expect(clientOf(credentials).send(new GetObjectCommand(hello))).rejects.toMatchObject({ name })
  })

  test('open only their buckets, and only where they were signed for', async () => {
    const elsewhere = new ListObjectsV2Command({ Bucket: 'other' })
    await expect(clientOf(reader).send(elsewhere)).rejects.toMatchObject({ name: 'AccessDenied' })
    await expect(clientOf(reader, 'us-east-1').send(new GetObjectCommand(hello))).rejects.toMatchObject({
      name: 'AuthorizationHeaderMalformed',
    })
    expect((await fetch(`${server.endpoint}/calls/a`)).status).toBe(403)
  })
})

test('an upload in parts is joined in order', async () => {
  const client = clientOf(keeper)
  const place = { Bucket: 'other', Key: 'parts' }
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(place))
  const second = await client.send(
    new UploadPartCommand({ ...place, UploadId, PartNumber: 2, Body: 'second' }),
  )
  const first = await client.send(
    new UploadPartCommand({ ...place, UploadId, PartNumber: 1, Body: 'first ' }),
  )
  const Parts = [
    { PartNumber: 1, ETag: first.ETag },
    { PartNumber: 2, ETag: second.ETag },
  ]
  await client.send(new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload: { Parts } }))
  const object = await client.send(new GetObjectCommand(place))
  expect(object.ETag).toMatch(/-2"$/)
  expect(await object.Body?.transformToString()).toBe('first second')
})

test('a list goes page by page and folds what shares a prefix', async () => {
  const client = clientOf(keeper)
  await server.objects.createBucket('listed')
  for (const Key of ['a', 'b/1', 'b/2', 'c', 'd']) {
    await client.send(new PutObjectCommand({ Bucket: 'listed', Key, Body: Key }))
  }
  const names: (string | undefined)[] = []
  let ContinuationToken: string | undefined
  do {
    const page = await client.send(
      new ListObjectsV2Command({ Bucket: 'listed', Delimiter: '/', MaxKeys: 2, ContinuationToken }),
    )
    names.push(
      ...(page.Contents ?? []).map(({ Key }) => Key),
      ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
    )
    ContinuationToken = page.NextContinuationToken
  } while (ContinuationToken !== undefined)
  expect(names).toEqual(['a', 'b/', 'c', 'd'])
})

test('an object made from a seed is the same however it is read', async () => {
  await server.objects.link('calls', 'seeded', { seed: 'one', sizeBytes: 5_000_000 })
  const get = async (Range?: string): Promise<Uint8Array> => {
    const object = await clientOf(reader).send(
      new GetObjectCommand({ Bucket: 'calls', Key: 'seeded', Range }),
    )
    return (await object.Body?.transformToByteArray()) ?? new Uint8Array()
  }
  const whole = await get()
  expect(whole.length).toBe(5_000_000)
  expect(await get('bytes=1234567-2345678')).toEqual(whole.subarray(1_234_567, 2_345_679))
})

describe('on order', () => {
  const order = (path: string, body: unknown): Promise<Response> =>
    fetch(`${server.endpoint}/-/${path}`, { method: 'POST', body: JSON.stringify(body) })

  test('it is busy once', async () => {
    await order('faults', [{ on: 'GET /calls', status: 503, times: 1 }])
    await expect(read()).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } })
    expect(await read()).toBe('hello world')
  })

  test('it breaks off after so many bytes', async () => {
    await order('faults', [{ resetAfterBytes: 4, times: 1 }])
    await expect(read()).rejects.toThrow()
    expect(await read()).toBe('hello world')
  })

  test('an object is cut, altered with or without a trace, and removed', async () => {
    const client = clientOf(keeper)
    const place = { Bucket: 'other', Key: 'changing' }
    const { ETag } = await client.send(new PutObjectCommand({ ...place, Body: 'abcdef' }))
    const now = async () => {
      const object = await client.send(new GetObjectCommand(place))
      return { text: await object.Body?.transformToString('latin1'), isSame: object.ETag === ETag }
    }
    const target = { bucket: 'other', key: 'changing' }
    await order('objects', { action: 'alter', ...target, offset: 1, unseen: true })
    expect(await now()).toEqual({ text: 'a\x9dcdef', isSame: true })
    await order('objects', { action: 'cut', ...target, sizeBytes: 3 })
    expect(await now()).toEqual({ text: 'a\x9dc', isSame: false })
    await order('objects', { action: 'remove', ...target })
    await expect(now()).rejects.toMatchObject({ name: 'NoSuchKey' })
    await client.send(new DeleteObjectCommand(place))
  })

  test('it tells what was read', async () => {
    await fetch(`${server.endpoint}/-/traffic`, { method: 'DELETE' })
    await read('bytes=0-3')
    expect(await (await fetch(`${server.endpoint}/-/traffic`)).json()).toEqual({ requests: 1, bodyBytes: 4 })
  })
})
