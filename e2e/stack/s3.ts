// An S3 server over a folder, as far as the portal and the recorder need one: signatures checked, keys limited to
// buckets, ranges, conditions, object lock, uploads in parts, lists. Below `/-/` a test orders faults and looks at what was read.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { beginFault, createFaults, type Fault, type Faults, readFaults } from './faults.ts'
import { close, listen } from './listen.ts'
import { readText } from './read-text.ts'
import { createChunkedBody } from './s3/chunked-body.ts'
import { getObject } from './s3/get-object.ts'
import { listObjects } from './s3/list-objects.ts'
import { openUploads, type Uploads } from './s3/multipart.ts'
import { type ObjectFolder, openObjectFolder } from './s3/object-folder.ts'
import { readLock, requireConditions, sayLock } from './s3/put-conditions.ts'
import { escapeXml, S3Error } from './s3/s3-error.ts'
import { authenticate, type S3Key } from './s3/signature.ts'

export type { S3Key } from './s3/signature.ts'

export type S3Options = {
  readonly folder: string
  readonly keys: readonly S3Key[]
  readonly region: string
  readonly port?: number
}

/** Everything that was read and answered since it was last emptied. */
export type S3Traffic = { requests: number; bodyBytes: number }

export type S3Server = {
  readonly endpoint: string
  readonly port: number
  readonly objects: ObjectFolder
  readonly faults: Faults
  readonly traffic: S3Traffic
  stop(): Promise<void>
}

type Inside = Pick<S3Server, 'objects' | 'faults' | 'traffic'> & {
  readonly uploads: Uploads
  readonly options: S3Options
}

type Call = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly query: URLSearchParams
  readonly bucket: string
  readonly key: string
  readonly fault: Fault | null
}

export async function startS3(options: S3Options): Promise<S3Server> {
  const objects = openObjectFolder(join(options.folder, 'buckets'))
  const uploads = openUploads(join(options.folder, 'uploads'), objects)
  const inside: Inside = {
    options,
    objects,
    uploads,
    faults: createFaults(),
    traffic: { requests: 0, bodyBytes: 0 },
  }
  const server = createServer((request, response) => {
    const isControl = request.url?.startsWith('/-/') === true
    const answered = isControl ? control(inside, request, response) : answer(inside, request, response)
    answered.catch((error) => refuse(error, request, response))
  })
  server.on('checkContinue', (request, response) => {
    response.writeContinue()
    server.emit('request', request, response)
  })
  const port = await listen(server, options.port ?? 0)
  const { faults, traffic } = inside
  return { endpoint: `http://127.0.0.1:${port}`, port, objects, faults, traffic, stop: () => close(server) }
}

async function answer(inside: Inside, request: IncomingMessage, response: ServerResponse): Promise<void> {
  inside.traffic.requests += 1
  const url = new URL(request.url ?? '/', 'http://s3')
  const [, bucket = '', ...rest] = url.pathname.split('/').map(decodeURIComponent)
  const fault = inside.faults.take(request)
  if (await beginFault(fault, response)) return void request.resume()
  const who = authenticate(request, url.searchParams, inside.options)
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    throw new S3Error(400, 'InvalidBucketName', 'The specified bucket is not valid.')
  }
  if (who.buckets !== null && !who.buckets.includes(bucket))
    throw new S3Error(403, 'AccessDenied', 'Access Denied')
  const call: Call = { request, response, query: url.searchParams, bucket, key: rest.join('/'), fault }
  if (call.key === '') return answerBucket(inside, call)
  if (!inside.objects.hasBucket(bucket)) throw noSuchBucket()
  if (call.query.has('uploadId') || call.query.has('uploads')) return answerUpload(inside, call)
  return answerObject(inside, call)
}

async function answerBucket(
  { objects, options }: Inside,
  { request, response, query, bucket }: Call,
): Promise<void> {
  if (request.method === 'PUT') {
    await objects.createBucket(bucket)
    return send(response, 200, '')
  }
  if (!objects.hasBucket(bucket)) throw noSuchBucket()
  if (request.method === 'HEAD') return send(response, 200, '', { 'x-amz-bucket-region': options.region })
  if (request.method !== 'GET') throw notAllowed()
  if (query.has('location'))
    return send(response, 200, `<LocationConstraint>${options.region}</LocationConstraint>`)
  if (query.has('object-lock')) return send(response, 200, sayLock(await objects.findLock(bucket)))
  return send(response, 200, await listObjects(objects, bucket, query))
}

async function answerObject({ objects, traffic }: Inside, call: Call): Promise<void> {
  const { request, response, query, bucket, key, fault } = call
  if (request.method === 'GET' || request.method === 'HEAD') {
    const onBytes = (bytes: number): void => {
      traffic.bodyBytes += bytes
    }
    return getObject(objects, request, {
      ...{ response, bucket, key, fault, onBytes },
      versionId: query.get('versionId'),
    })
  }
  if (request.method === 'PUT') {
    await requireConditions(objects, call)
    const lock = await readLock(objects, call)
    const upload = { ...readUpload(request), ...describeUpload(request), ...(lock !== null && { lock }) }
    const facts = await objects.put(bucket, key, upload)
    return send(response, 200, '', { etag: `"${facts.etag}"`, 'x-amz-version-id': facts.versionId })
  }
  if (request.method !== 'DELETE') throw notAllowed()
  await objects.remove(bucket, key)
  send(response, 204, '')
}

async function answerUpload(
  { uploads }: Inside,
  { request, response, query, bucket, key }: Call,
): Promise<void> {
  const uploadId = query.get('uploadId') ?? ''
  const name = `<Bucket>${bucket}</Bucket><Key>${escapeXml(key)}</Key>`
  if (request.method === 'POST' && uploadId === '') {
    const begun = await uploads.begin({ bucket, key }, describeUpload(request))
    const body = `${name}<UploadId>${begun}</UploadId>`
    return send(response, 200, `<InitiateMultipartUploadResult>${body}</InitiateMultipartUploadResult>`)
  }
  if (request.method === 'PUT') {
    const etag = await uploads.putPart(uploadId, Number(query.get('partNumber')), readUpload(request))
    return send(response, 200, '', { etag: `"${etag}"` })
  }
  if (request.method === 'POST') {
    const text = await readText(request, 1 << 20)
    const numbers = [...text.matchAll(/<PartNumber>(\d+)<\/PartNumber>/g)].map(([, number]) => Number(number))
    const { joinedEtag } = await uploads.complete({ bucket, key }, uploadId, numbers)
    const body = `${name}<ETag>&quot;${joinedEtag}&quot;</ETag>`
    return send(response, 200, `<CompleteMultipartUploadResult>${body}</CompleteMultipartUploadResult>`)
  }
  if (request.method !== 'DELETE') throw notAllowed()
  await uploads.abort(uploadId)
  send(response, 204, '')
}

function readUpload(request: IncomingMessage): { body: Readable; sha256: string | null } {
  const told = String(request.headers['x-amz-content-sha256'] ?? '')
  const body = told.startsWith('STREAMING-') ? request.pipe(createChunkedBody()) : request
  const checksum = request.headers['x-amz-checksum-sha256']
  const sha256 = checksum === undefined ? told : Buffer.from(String(checksum), 'base64').toString('hex')
  return { body, sha256: /^[0-9a-f]{64}$/.test(sha256) ? sha256 : null }
}

function describeUpload(request: IncomingMessage): { contentType: string; meta: Record<string, string> } {
  const meta = Object.entries(request.headers).filter(([name]) => name.startsWith('x-amz-meta-'))
  return {
    contentType: request.headers['content-type'] ?? 'application/octet-stream',
    meta: Object.fromEntries(meta.map(([name, value]) => [name, String(value)])),
  }
}

/** What tests say to the server from other processes; it listens on 127.0.0.1 alone. */
async function control(inside: Inside, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { objects, traffic, faults } = inside
  const reply = (value: unknown): void =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
  if (request.url === '/-/faults') {
    faults.set(await readFaults(request))
    return reply({})
  }
  if (request.url === '/-/traffic') {
    reply(traffic)
    if (request.method === 'DELETE') Object.assign(traffic, { requests: 0, bodyBytes: 0 })
    return
  }
  if (request.url !== '/-/objects') throw new S3Error(404, 'NoSuchControl', 'faults, traffic or objects')
  const order = parseOrder(await readText(request, 65_536))
  const { bucket, key } = order
  if (order.action === 'cut') await objects.cut(bucket, key, order.sizeBytes)
  if (order.action === 'alter')
    await objects.alter(bucket, key, { offset: order.offset, unseen: order.unseen ?? false })
  if (order.action === 'remove') await objects.remove(bucket, key)
  if (order.action === 'link') await objects.link(bucket, key, order.source)
  reply(await objects.find(bucket, key))
}

type Order = { readonly bucket: string; readonly key: string } & (
  | { readonly action: 'cut'; readonly sizeBytes: number }
  | { readonly action: 'alter'; readonly offset: number; readonly unseen?: boolean }
  | { readonly action: 'remove' }
  | { readonly action: 'link'; readonly source: { file: string } | { seed: string; sizeBytes: number } }
)

function parseOrder(text: string): Order {
  return JSON.parse(text) as Order
}

function refuse(error: unknown, request: IncomingMessage, response: ServerResponse): void {
  if (response.headersSent) return void response.destroy()
  request.resume()
  const refusal = error instanceof S3Error ? error : new S3Error(500, 'InternalError', String(error))
  const { code, message, details } = refusal
  const body = `<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message>${details}</Error>`
  send(response, refusal.status, request.method === 'HEAD' ? '' : body)
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): void {
  const xml = body === '' ? '' : `<?xml version="1.0" encoding="UTF-8"?>\n${body}`
  const type = body === '' ? {} : { 'content-type': 'application/xml' }
  response.writeHead(status, { 'x-amz-request-id': crypto.randomUUID(), ...type, ...headers }).end(xml)
}

function noSuchBucket(): S3Error {
  return new S3Error(404, 'NoSuchBucket', 'The specified bucket does not exist')
}

function notAllowed(): S3Error {
  return new S3Error(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.')
}
