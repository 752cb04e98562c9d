// AWS Signature Version 4, by header and by query ("Authenticating Requests (AWS Signature Version 4)").
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { S3Error } from './s3-error.ts'

export type S3Key = {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** The buckets it opens; all when null. */
  readonly buckets: readonly string[] | null
}

type Claim = {
  readonly credential: string
  readonly signedHeaders: string
  readonly signature: string
  readonly date: string
  /** Null: signed by header. */
  readonly expiresSeconds: number | null
}

const MAX_SKEW_MS = 900_000

/** The key a request is signed with. */
export function authenticate(
  request: IncomingMessage,
  query: URLSearchParams,
  { keys, region }: { keys: readonly S3Key[]; region: string },
): S3Key {
  const claim = parseClaim(request, query)
  const [id = '', day = '', signedRegion = '', service = '', end = ''] = claim.credential.split('/')
  const key = keys.find((candidate) => candidate.accessKeyId === id)
  if (key === undefined) {
    throw new S3Error(
      403,
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
    )
  }
  requireDate(claim)
  if (signedRegion !== region) {
    throw new S3Error(
      400,
      claim.expiresSeconds === null ? 'AuthorizationHeaderMalformed' : 'AuthorizationQueryParametersError',
      `The region '${signedRegion}' is wrong; expecting '${region}'`,
      `<Region>${region}</Region>`,
    )
  }
  const scope = `${day}/${signedRegion}/${service}/${end}`
  const text = ['AWS4-HMAC-SHA256', claim.date, scope, sha256(canonical(request, query, claim))].join('\n')
  const signingKey = [day, signedRegion, service, end].reduce<string | Buffer>(
    hmac,
    `AWS4${key.secretAccessKey}`,
  )
  const given = Buffer.from(claim.signature, 'hex')
  const wanted = hmac(signingKey, text)
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
    throw new S3Error(
      403,
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided.',
    )
  }
  return key
}

function parseClaim(request: IncomingMessage, query: URLSearchParams): Claim {
  if (query.has('X-Amz-Algorithm')) {
    return {
      credential: query.get('X-Amz-Credential') ?? '',
      signedHeaders: query.get('X-Amz-SignedHeaders') ?? '',
      signature: query.get('X-Amz-Signature') ?? '',
      date: query.get('X-Amz-Date') ?? '',
      expiresSeconds: Number(query.get('X-Amz-Expires')),
    }
  }
  const header = request.headers.authorization
  if (header === undefined) throw new S3Error(403, 'AccessDenied', 'Access Denied')
  const [, credential, signedHeaders, signature] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(header) ??
    []
  if (credential === undefined || signedHeaders === undefined || signature === undefined) {
    throw new S3Error(400, 'AuthorizationHeaderMalformed', 'The authorization header is malformed.')
  }
  const date = headerText(request, 'x-amz-date')
  return { credential, signedHeaders, signature, date, expiresSeconds: null }
}

function requireDate({ date, expiresSeconds }: Claim): void {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? []
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  if (Number.isNaN(at)) throw new S3Error(403, 'AccessDenied', 'X-Amz-Date is malformed')
  if (expiresSeconds === null) {
    if (Math.abs(Date.now() - at) <= MAX_SKEW_MS) return
    throw new S3Error(
      403,
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
    )
  }
  if (at > Date.now() + MAX_SKEW_MS) throw new S3Error(403, 'AccessDenied', 'Request is not yet valid')
  if (!(expiresSeconds >= 1 && expiresSeconds <= 604_800) || Date.now() > at + expiresSeconds * 1000) {
    throw new S3Error(403, 'AccessDenied', 'Request has expired')
  }
}

function canonical(request: IncomingMessage, query: URLSearchParams, claim: Claim): string {
  const pairs = [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
  const headers = claim.signedHeaders.split(';').map((name) => `${name}:${headerText(request, name)}\n`)
  const payload =
    claim.expiresSeconds === null ? headerText(request, 'x-amz-content-sha256') : 'UNSIGNED-PAYLOAD'
  const path = (request.url ?? '').split('?')[0]
  return [request.method, path, pairs.join('&'), headers.join(''), claim.signedHeaders, payload].join('\n')
}

function headerText(request: IncomingMessage, name: string): string {
  return String(request.headers[name] ?? '')
    .trim()
    .replace(/ +/g, ' ')
}

/** RFC 3986, section 2.1. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest()
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
