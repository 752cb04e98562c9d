// The recorder's own cloud: files behind addresses that are signed for GET and die.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { createReadStream, statSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { parseRangeHeader } from '../byte-range-header.ts'
import type { Fault } from '../faults.ts'
import { sendBody } from '../send-body.ts'
import type { RecordedArchive } from './recorded-archive.ts'

const ACCESS_KEY_ID = 'AKIARECORDERSCLOUD'

export type Cloud = {
  /** The address of an archive's file, good for so many seconds. */
  sign(archive: RecordedArchive, lifeSeconds: number): string
  answer(request: IncomingMessage, response: ServerResponse, fault: Fault | null): Promise<void>
}

export function createCloud(
  base: () => string,
  findFile: (apiKey: string, id: string) => string | null,
): Cloud {
  const secret = randomBytes(32)
  const signatureOf = (path: string, expires: string): Buffer =>
    createHmac('sha256', secret).update(`GET\n${expires}\n${path}`).digest()
  return {
    sign(archive, lifeSeconds) {
      const name =
        archive.outputMode === 'individual'
          ? 'archive.zip'
          : archive.password === ''
            ? 'archive.mp4'
            : 'archive.ts'
      const path = `/cloud/${archive.apiKey}%2F${archive.id}%2F${name}`
      const expires = String(Math.floor(Date.now() / 1000) + lifeSeconds)
      const signature = encodeURIComponent(signatureOf(path, expires).toString('base64'))
      return `${base()}${path}?Expires=${expires}&AWSAccessKeyId=${ACCESS_KEY_ID}&Signature=${signature}`
    },
    async answer(request, response, fault) {
      const url = new URL(request.url ?? '/', 'http://cloud')
      const expires = url.searchParams.get('Expires') ?? ''
      const given = Buffer.from(url.searchParams.get('Signature') ?? '', 'base64')
      const wanted = signatureOf(url.pathname, expires)
      if (request.method !== 'GET' || given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
        return refuse(response, 403, 'SignatureDoesNotMatch')
      }
      if (Date.now() / 1000 >= Number(expires)) return refuse(response, 403, 'AccessDenied')
      const [apiKey = '', id = ''] = decodeURIComponent(url.pathname.slice('/cloud/'.length)).split('/')
      const file = findFile(apiKey, id)
      if (file === null) return refuse(response, 404, 'NoSuchKey')
      const { size, mtimeMs } = statSync(file)
      const etag = `"${size.toString(16)}-${Math.floor(mtimeMs).toString(16)}"`
      const { 'if-match': ifMatch, range: rangeHeader } = request.headers
      if (ifMatch !== undefined && ifMatch !== etag) return refuse(response, 412, 'PreconditionFailed')
      const range = parseRangeHeader(rangeHeader, size)
      if (range === 'unsatisfiable') return refuse(response, 416, 'InvalidRange')
      const { start, end } = range ?? { start: 0, end: size }
      response.writeHead(range === null ? 200 : 206, {
        etag,
        'content-type': 'video/mp4',
        'accept-ranges': 'bytes',
        'last-modified': new Date(mtimeMs).toUTCString(),
        'content-length': end - start,
        ...(range === null ? {} : { 'content-range': `bytes ${start}-${end - 1}/${size}` }),
      })
      if (start === end) return void response.end()
      await sendBody(createReadStream(file, { start, end: end - 1 }), response, { fault })
    },
  }
}

function refuse(response: ServerResponse, status: number, code: string): void {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${code}</Message></Error>`
  response.writeHead(status, { 'content-type': 'application/xml' }).end(body)
}
