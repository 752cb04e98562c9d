// GET and HEAD of an object: conditions first, then the part that was asked for.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { parseRangeHeader } from '../byte-range-header.ts'
import type { Fault } from '../faults.ts'
import { sendBody } from '../send-body.ts'
import type { ObjectFolder } from './object-folder.ts'
import { S3Error } from './s3-error.ts'

export type Wanted = {
  readonly bucket: string
  readonly key: string
  readonly versionId: string | null
  readonly fault: Fault | null
  /** Told of the object's bytes as they go out. */
  readonly onBytes: (bytes: number) => void
}

export async function getObject(
  objects: ObjectFolder,
  request: IncomingMessage,
  { response, bucket, key, versionId, fault, onBytes }: Wanted & { response: ServerResponse },
): Promise<void> {
  const facts = await objects.find(bucket, key)
  if (facts === null) throw new S3Error(404, 'NoSuchKey', 'The specified key does not exist.')
  if (versionId !== null && versionId !== facts.versionId) {
    throw new S3Error(404, 'NoSuchVersion', 'The specified version does not exist.')
  }
  const etag = `"${facts.etag}"`
  const { range: rangeHeader, 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = request.headers
  if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== etag && fault?.ignoreRange !== true) {
    throw new S3Error(
      412,
      'PreconditionFailed',
      'At least one of the pre-conditions you specified did not hold',
    )
  }
  const headers = {
    etag,
    'content-type': facts.contentType,
    'last-modified': new Date(facts.modified).toUTCString(),
    'accept-ranges': 'bytes',
    'x-amz-version-id': facts.versionId,
    ...facts.meta,
    ...facts.lock,
  }
  if (ifNoneMatch === etag) {
    response.writeHead(304, headers).end()
    return
  }
  const range = fault?.ignoreRange === true ? null : parseRangeHeader(rangeHeader, facts.sizeBytes)
  if (range === 'unsatisfiable') {
    throw new S3Error(416, 'InvalidRange', 'The requested range is not satisfiable')
  }
  const { start, end } = range ?? { start: 0, end: facts.sizeBytes }
  const part = range === null ? {} : { 'content-range': `bytes ${start}-${end - 1}/${facts.sizeBytes}` }
  response.writeHead(range === null ? 200 : 206, { ...headers, ...part, 'content-length': end - start })
  if (request.method === 'HEAD') {
    response.end()
    return
  }
  await sendBody(await objects.read(bucket, key, { start, end }), response, { fault, onBytes })
}
