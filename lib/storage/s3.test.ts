import { createHash, createHmac, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createOutgoing } from '../outgoing/outgoing.ts'
import type { StoreTiming } from './retry.ts'
import { createS3Store, type S3Settings } from './s3.ts'
import { type Step, startTestHost, status, type TestHost, withHeaders } from './test-host.ts'

const BYTES = new Uint8Array(randomBytes(5000))
const IMPATIENT: StoreTiming = { tries: 2, backOffMs: 2, longestPauseMs: 20, stallMs: 500 }
const outgoing = createOutgoing({ allowPrivateHosts: ['127.0.0.1'] })
const { signal } = new AbortController()
const KEY = '46201502/a b+c/ä~(1).ts'

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

function open(settings: Partial<S3Settings> = {}, timing = IMPATIENT) {
  return createS3Store(
    {
      bucket: 'calls',
      region: 'eu-central-1',
      endpoint: `http://${host.address}`,
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
      roleArn: null,
      ...settings,
    },
    outgoing,
    timing,
  )
}

async function read(
  start: number,
  end: number,
  versionId: string | null = null,
  store = open(),
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of store.read(KEY, { start, end }, { etag: host.etag, versionId }, signal))
    chunks.push(chunk)
  return new Uint8Array(Buffer.concat(chunks))
}

function says(code: string, message = ''): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`
}

/** The signature that AWS Signature Version 4 asks of a presigned address, from its own description. */
function signatureOf(method: string, url: URL, secret: string): string {
  const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
  const encode = (text: string): string =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&')
  const canonical = [method, url.pathname, query, `host:${url.host}\n`, 'host', 'UNSIGNED-PAYLOAD'].join('\n')
  const date = url.searchParams.get('X-Amz-Date') ?? ''
  const scope = `${date.slice(0, 8)}/eu-central-1/s3/aws4_request`
  const hash = createHash('sha256').update(canonical).digest('hex')
  const key = ['eu-central-1', 's3', 'aws4_request'].reduce(hmac, hmac(`AWS4${secret}`, date.slice(0, 8)))
  return hmac(key, ['AWS4-HMAC-SHA256', date, scope, hash].join('\n')).toString('hex')
}

describe('an S3 store', () => {
  test('asks path style at an endpoint, signed for minutes', async () => {
    expect(await read(10, 20)).toEqual(BYTES.slice(10, 20))
    const url = urls[0]
    expect(url?.pathname).toBe(`/calls/46201502/a%20b%2Bc/${encodeURIComponent('ä')}~%281%29.ts`)
    expect(url?.searchParams.get('X-Amz-Expires')).toBe('300')
    expect(url?.searchParams.get('X-Amz-Credential')).toMatch(
      /^AKIDEXAMPLE\/\d{8}\/eu-central-1\/s3\/aws4_request$/,
    )
  })

  test('signs as Signature Version 4 says', async () => {
    await read(10, 20)
    await open().stat(KEY, signal)
    const [get, head] = urls
    if (!get || !head) throw new Error('nothing was asked')
    const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
    expect(get.searchParams.get('X-Amz-SignedHeaders')).toBe('host')
    expect(get.searchParams.get('X-Amz-Signature')).toBe(signatureOf('GET', get, secret))
    expect(head.searchParams.get('X-Amz-Signature')).toBe(signatureOf('HEAD', head, secret))
  })

  test('tells size, ETag, version and tier by one HEAD', async () => {
    host.steps.push(
      withHeaders({ 'x-amz-version-id': '3HL4kqtJlcpXroDTDmJ', 'x-amz-storage-class': 'GLACIER_IR' }),
    )
    expect(await open().stat(KEY, signal)).toEqual({
      sizeBytes: 5000,
      etag: host.etag,
      versionId: '3HL4kqtJlcpXroDTDmJ',
      coldTier: null,
    })
    expect(host.asked).toEqual(['HEAD'])
  })

  test.each([
    [{ 'x-amz-storage-class': 'GLACIER' }, 'GLACIER'],
    [{ 'x-amz-storage-class': 'DEEP_ARCHIVE', 'x-amz-restore': 'ongoing-request="true"' }, 'DEEP_ARCHIVE'],
    [
      {
        'x-amz-storage-class': 'GLACIER',
        'x-amz-restore': 'ongoing-request="false", expiry-date="Fri, 21 Dec 2029 00:00:00 GMT"',
      },
      null,
    ],
    [
      { 'x-amz-storage-class': 'INTELLIGENT_TIERING', 'x-amz-archive-status': 'ARCHIVE_ACCESS' },
      'ARCHIVE_ACCESS',
    ],
    [{ 'x-amz-storage-class': 'STANDARD_IA' }, null],
  ] as [Record<string, string>, string | null][])('knows the tier of %o', async (headers, coldTier) => {
    host.steps.push(withHeaders(headers))
    expect(await open().stat(KEY, signal)).toMatchObject({ coldTier })
  })

  test('reads the version that was pinned', async () => {
    await read(0, 10, '3HL4kqtJlcpXroDTDmJ')
    expect(urls[0]?.searchParams.get('versionId')).toBe('3HL4kqtJlcpXroDTDmJ')
  })

  test('reads by ETag alone where versions may not be read', async () => {
    host.steps.push(status(403, says('AccessDenied')))
    const store = open()
    expect(await read(0, 10, '3HL4kqtJlcpXroDTDmJ', store)).toEqual(BYTES.slice(0, 10))
    expect(await read(10, 20, '3HL4kqtJlcpXroDTDmJ', store)).toEqual(BYTES.slice(10, 20))
    expect(urls.map((url) => url.searchParams.get('versionId'))).toEqual([null, null])
    expect(host.asked).toHaveLength(3)
  })

  test.each([
    ['storage-forbidden', 'secret access key wrong', 403, says('SignatureDoesNotMatch')],
    ['storage-forbidden', 'does not know the access key', 403, says('InvalidAccessKeyId')],
    ['storage-forbidden', 's3:ListBucket', 403, says('AccessDenied', 'Access Denied')],
    ['storage-forbidden', 'clock', 403, says('AccessDenied', 'Request has expired')],
    ['storage-forbidden', 'clock', 403, says('RequestTimeTooSkewed')],
    ['storage-forbidden', 'temporary credentials', 400, says('ExpiredToken')],
    ['archive-cold', '', 403, says('InvalidObjectState')],
    ['storage-forbidden', 'key the file is sealed with', 403, says('KMS.AccessDeniedException')],
    ['archive-missing', 'gone from s3://calls', 404, says('NoSuchKey')],
    ['archive-changed', 'version', 404, says('NoSuchVersion')],
    ['storage-none', 'There is no bucket calls', 404, says('NoSuchBucket')],
    ['archive-changed', '', 412, says('PreconditionFailed')],
    ['archive-cut', '', 416, says('InvalidRange')],
    ['storage-forbidden', 'not in region eu-central-1', 301, says('PermanentRedirect')],
    [
      'storage-forbidden',
      'not in region eu-central-1 but in us-west-2',
      400,
      '<Error><Code>AuthorizationQueryParametersError</Code><Region>us-west-2</Region></Error>',
    ],
    ['storage-unavailable', '503 SlowDown', 503, says('SlowDown')],
    ['storage-unavailable', '400 RequestTimeout', 400, says('RequestTimeout')],
    ['storage-misbehaved', '501 NotImplemented', 501, says('NotImplemented')],
    ['storage-forbidden', '403', 403, '<html>a proxy’s own page</html>'],
  ])('tells %s: %s', async (expected, words, code, body) => {
    const step: Step = status(code, body)
    host.steps.push(step, step)
    const failure = await read(0, 10).catch((error: unknown) => error)
    expect(failure).toMatchObject({ name: 'AppError', code: expected })
    expect(failure).toMatchObject({ detail: expect.stringContaining(words) })
    host.steps.splice(0)
    // A HEAD is refused without a word, so the word is asked for.
    const headOnly: Step = (request, response, at) =>
      request.method === 'HEAD' ? response.writeHead(code).end() : step(request, response, at)
    host.steps.push(headOnly, headOnly, headOnly, headOnly)
    await expect(open().stat(KEY, signal)).rejects.toMatchObject({ code: expected })
  })

  test('says by how much the clock is off', async () => {
    const date = new Date(Date.now() - 400_000).toUTCString()
    host.steps.push(status(403, says('RequestTimeTooSkewed'), { date }))
    await expect(read(0, 10)).rejects.toMatchObject({
      detail: expect.stringMatching(/it is (399|400|401) seconds ahead/),
    })
  })

  test('refuses an endpoint inside the network that is not listed', async () => {
    const guarded = createOutgoing({ allowPrivateHosts: [] })
    const settings = { bucket: 'calls', region: 'x', accessKeyId: 'a', secretAccessKey: 'b', roleArn: null }
    const store = createS3Store({ ...settings, endpoint: `http://${host.address}` }, guarded, IMPATIENT)
    await expect(store.stat(KEY, signal)).rejects.toMatchObject({ code: 'address-refused' })
    expect(host.asked).toEqual([])
    await guarded.close()
  })
})

describe('an assumed role', () => {
  /** STS, as far as AssumeRole goes. */
  async function startSts(answer: (body: string) => { status: number; body: string }) {
    const bodies: string[] = []
    const server = http.createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      bodies.push(body)
      const { status, body: text } = answer(body)
      response.writeHead(status, { 'content-type': 'text/xml' }).end(text)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    vi.stubEnv('AWS_ENDPOINT_URL_STS', `http://127.0.0.1:${port}`)
    return { bodies, close: () => server.close() }
  }
  afterEach(() => void vi.unstubAllEnvs())

  const roleArn = 'arn:aws:iam::123456789012:role/recordroom'

  test('signs with what STS gives, and asks it once', async () => {
    const sts = await startSts(() => ({
      status: 200,
      body: `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
        <AccessKeyId>ASIATEMPORARY</AccessKeyId><SecretAccessKey>temporary</SecretAccessKey><SessionToken>token/1</SessionToken>
        <Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
    }))
    const store = open({ roleArn })
    await read(0, 10, null, store)
    await read(0, 10, null, store)
    expect(urls[1]?.searchParams.get('X-Amz-Credential')).toMatch(/^ASIATEMPORARY\//)
    expect(urls[1]?.searchParams.get('X-Amz-Security-Token')).toBe('token/1')
    expect(sts.bodies).toHaveLength(1)
    expect(sts.bodies[0]).toContain('RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Frecordroom')
    sts.close()
  })

  test('that may not be assumed is named', async () => {
    const sts = await startSts(() => ({
      status: 403,
      body: '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>',
    }))
    await expect(read(0, 10, null, open({ roleArn }))).rejects.toMatchObject({
      code: 'storage-forbidden',
      detail: expect.stringContaining(roleArn),
    })
    sts.close()
  })

  test('is asked for through the same guard', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_STS', 'http://10.255.255.1:9')
    await expect(read(0, 10, null, open({ roleArn }))).rejects.toMatchObject({ code: 'address-refused' })
  })
})

describe('without keys', () => {
  test('the SDK’s own chain is asked, and when it has none that is said', async () => {
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
    vi.stubEnv('HOME', '/nonexistent')
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDENV')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'env')
    const settings = { accessKeyId: null, secretAccessKey: null }
    await read(0, 10, null, open(settings))
    expect(urls[0]?.searchParams.get('X-Amz-Credential')).toMatch(/^AKIDENV\//)
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined)
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined)
    await expect(read(0, 10, null, open(settings))).rejects.toMatchObject({
      code: 'storage-forbidden',
      detail: 'No credentials were found for s3://calls.',
    })
    vi.unstubAllEnvs()
  })
})
