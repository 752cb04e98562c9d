import { type Asking, change, readProblem, sayAnswer, send } from './asking.ts'
import { ADMIN, AUDITOR, expect, findPurpose, NOBODY, REVIEWER, readStack, test, visit } from './fixtures.ts'
import { query } from './log-rows.ts'
import { openArchive, type Visitor } from './stack/visitor.ts'

const OPENING = { reasonCode: 'quality', reason: 'To see who is let in where.' }

type Row = {
  readonly path: string
  readonly asking?: Asking
  /** The status for nobody, who holds nothing, reviewer, admin, auditor. */
  readonly statuses: readonly [
    signedOut: number,
    nobody: number,
    reviewer: number,
    admin: number,
    auditor: number,
  ]
}

/** Every address of the portal, and who is let in. The viewing and the download are the reviewer's. */
function listAddresses(viewingId: string, downloadId: string): Row[] {
  const { sessionId, archiveId } = findPurpose('advice')
  const opening = { ...OPENING, archiveId }
  const progress = { positionSeconds: 0, played: [], rate: 0, visible: true }
  const own: Row['statuses'] = [401, 403, 200, 403, 403]
  return [
    { path: '/', statuses: [307, 200, 307, 307, 307] },
    { path: '/sign-in', statuses: [200, 307, 307, 307, 307] },
    { path: '/sessions', statuses: [307, 403, 200, 403, 403] },
    { path: `/sessions?q=${sessionId}`, statuses: [307, 403, 200, 403, 403] },
    { path: `/sessions/${sessionId}`, statuses: [307, 403, 200, 403, 403] },
    { path: `/s/${sessionId}`, statuses: [307, 307, 307, 307, 307] },
    { path: '/sessions/search', statuses: own },
    { path: '/access', statuses: [307, 200, 200, 200, 200] },
    { path: '/projects', statuses: [307, 403, 403, 200, 403] },
    { path: '/audit', statuses: [307, 403, 403, 403, 200] },
    { path: '/viewings', asking: { method: 'POST', json: opening }, statuses: [401, 403, 201, 403, 403] },
    { path: `/viewings/${viewingId}/playlist.m3u8`, statuses: own },
    { path: `/viewings/${viewingId}/segments/0.ts`, statuses: own },
    {
      path: `/viewings/${viewingId}/progress`,
      asking: { method: 'POST', json: progress },
      statuses: [401, 403, 204, 403, 403],
    },
    { path: `/viewings/${viewingId}/media`, statuses: [401, 403, 404, 403, 403] },
    { path: `/downloads/${downloadId}/file`, statuses: own },
    { path: '/downloads', asking: { method: 'POST', json: opening }, statuses: [401, 403, 201, 403, 403] },
    { path: `/viewings/${viewingId}`, asking: { method: 'DELETE' }, statuses: [401, 403, 204, 403, 403] },
    { path: '/api/health/live', statuses: [200, 200, 200, 200, 200] },
    { path: '/api/health/ready', statuses: [200, 200, 200, 200, 200] },
    { path: '/api/metrics', statuses: [404, 404, 404, 404, 404] },
    { path: '/nowhere', statuses: [404, 404, 404, 404, 404] },
    { path: '/favicon.svg', statuses: [200, 200, 200, 200, 200] },
  ]
}

test('every address lets in whom it should, and nobody else', async () => {
  const reviewer = await visit(REVIEWER)
  const { archiveId } = findPurpose('advice')
  const { viewingId } = await openArchive(reviewer, archiveId)
  const opened = await change(reviewer, '/downloads', { json: { ...OPENING, archiveId } })
  const { viewingId: downloadId } = JSON.parse(opened.bytes.toString())
  const visitors = [null, await visit(NOBODY), reviewer, await visit(ADMIN), await visit(AUDITOR)]
  for (const { path, asking, statuses } of listAddresses(viewingId, downloadId)) {
    // The reviewer last: what they ask may end the viewing.
    for (const index of [0, 1, 3, 4, 2]) {
      const answer = await change(visitors[index] ?? null, path, { method: 'GET', ...asking })
      expect(answer.status, `${path} for visitor ${index}`).toBe(statuses[index])
      const isPage = String(answer.headers['content-type']).startsWith('text/html')
      if (answer.status === 401 || (answer.status === 403 && !isPage)) {
        expect(readProblem(answer).code).toBe(answer.status === 401 ? 'sign-in-required' : 'forbidden')
      }
      if (answer.status === 307 && index === 0 && path !== `/s/${findPurpose('advice').sessionId}`) {
        const { pathname, searchParams } = new URL(String(answer.headers.location), readStack().portalUrl)
        expect([pathname, searchParams.get('callbackUrl')]).toEqual(['/sign-in', path])
      }
    }
  }
})

test('metrics are for the holder of the token', async ({ stack }) => {
  const authorization = `Bearer ${stack.environment.METRICS_TOKEN}`
  const answer = await send(null, '/api/metrics', { headers: { authorization } })
  expect(answer.status).toBe(200)
  expect(answer.bytes.toString()).toMatch(/^recordroom_log_rows_sealed [1-9]\d*$/m)
  for (const wrong of [`${authorization}x`, 'Bearer ', authorization.replace('Bearer', 'Basic')]) {
    expect((await send(null, '/api/metrics', { headers: { authorization: wrong } })).status).toBe(404)
  }
})

test('an error is problem+json with a code, a sentence, and the id that is on record', async () => {
  const visitor = await visit(AUDITOR)
  const answer = await send(visitor, '/sessions/search')
  const problem = readProblem(answer)
  expect(Object.keys(problem).sort()).toEqual(['code', 'detail', 'requestId', 'status', 'title', 'type'])
  expect(problem).toMatchObject({ status: 403, code: 'forbidden', title: 'Not found or not yours.' })
  expect(answer.headers['x-request-id']).toBe(problem.requestId)
  const rows = await query('SELECT action, outcome, code, actor_email FROM audit.log WHERE request_id = $1', [
    problem.requestId,
  ])
  expect(rows).toEqual([
    { action: 'address.refused', outcome: 'refused', code: 'forbidden', actor_email: AUDITOR },
  ])
})

const EVERYWHERE = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
}

test('pages come with a policy whose nonce is new each time, and is on every script', async () => {
  const reviewer = await visit(REVIEWER)
  const nonces = new Set<string>()
  const pages = [
    '/sign-in',
    '/sessions',
    `/sessions/${findPurpose('advice').sessionId}`,
    '/access',
    '/projects',
    '/nowhere',
  ]
  for (const path of pages) {
    const answer = await send(path === '/sign-in' ? null : reviewer, path)
    expect(answer.headers, path).toMatchObject(EVERYWHERE)
    expect(answer.headers['cache-control'], path).toMatch(/^private\b.* no-store\b/)
    expect(answer.headers['x-powered-by']).toBeUndefined()
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    expect(answer.headers['strict-transport-security']).toBeUndefined()
    const policy = String(answer.headers['content-security-policy'])
    const [, scripts = ''] = /script-src ([^;]*)/.exec(policy) ?? []
    expect(scripts).not.toContain('unsafe')
    for (const part of [
      "default-src 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "object-src 'none'",
    ])
      expect(policy).toContain(part)
    const [, nonce = ''] = /'nonce-([^']+)'/.exec(scripts) ?? []
    expect(nonce.length).toBeGreaterThan(20)
    nonces.add(nonce)
    const tags = answer.bytes.toString().match(/<script[^>]*>/g) ?? []
    expect(tags.length).toBeGreaterThan(0)
    expect(tags.filter((tag) => !tag.includes(`nonce="${nonce}"`))).toEqual([])
  }
  expect(nonces.size).toBe(pages.length)
})

test('data come with the same headers, whatever the answer', async () => {
  const reviewer = await visit(REVIEWER)
  const { viewingId, href } = await openArchive(reviewer, findPurpose('advice').archiveId)
  for (const path of [
    '/sessions/search',
    href,
    `/viewings/${viewingId}/segments/0.ts`,
    `/viewings/${viewingId}/media`,
  ]) {
    for (const visitor of [reviewer, null]) {
      const answer = await send(visitor, path)
      expect(answer.headers, path).toMatchObject({ ...EVERYWHERE, 'cache-control': 'private, no-store' })
      expect(answer.headers.etag, path).toBeUndefined()
    }
  }
})

test('changes are taken from the portal’s own pages and from nowhere else', async ({ stack }) => {
  const visitor = await visit(REVIEWER)
  const { archiveId } = findPurpose('mp4-front')
  const { viewingId } = await openArchive(visitor, archiveId)
  const json = { ...OPENING, archiveId }
  const own = stack.portalUrl
  const elsewhere: readonly Record<string, string>[] = [
    {},
    { origin: 'https://example.com' },
    { origin: 'null' },
    { origin: own.replace('localhost', '127.0.0.1') },
    { origin: own.replace('http:', 'https:') },
    { origin: `${own}.example.com` },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
    { origin: own, 'sec-fetch-site': 'cross-site' },
    { origin: 'https://example.com', 'sec-fetch-site': 'same-origin' },
    { origin: 'https://example.com', host: 'example.com', 'x-forwarded-host': 'example.com' },
  ]
  for (const headers of elsewhere) {
    const said = JSON.stringify(headers)
    const changes = [
      await send(visitor, '/viewings', { method: 'POST', json, headers }),
      await send(visitor, `/viewings/${viewingId}`, { method: 'DELETE', headers }),
      await send(visitor, `/viewings/${viewingId}/progress`, { method: 'POST', json, headers }),
      await send(visitor, '/downloads', { method: 'POST', json, headers }),
    ]
    expect(changes.map(sayAnswer), said).toEqual(changes.map(() => '403 origin-refused'))
    expect((await send(visitor, `/viewings/${viewingId}/media`, { headers })).status, said).toBe(200)
  }
  for (const headers of [
    { origin: own },
    { 'sec-fetch-site': 'same-origin' },
    { origin: own, 'sec-fetch-site': 'same-origin' },
  ]) {
    expect((await send(visitor, '/viewings', { method: 'POST', json, headers })).status).toBe(201)
  }
})

test('a method that an address does not have is not taken for another', async () => {
  const visitor = await visit(REVIEWER)
  const { viewingId } = await openArchive(visitor, findPurpose('advice').archiveId)
  const wrong = [
    ['POST', '/sessions/search'],
    ['DELETE', '/sessions/search'],
    ['GET', '/viewings'],
    ['PUT', '/viewings'],
    ['GET', `/viewings/${viewingId}`],
    ['POST', `/viewings/${viewingId}`],
    ['POST', `/viewings/${viewingId}/playlist.m3u8`],
    ['PUT', `/viewings/${viewingId}/segments/0.ts`],
    ['GET', `/viewings/${viewingId}/progress`],
    ['PATCH', '/downloads'],
    ['TRACE', '/sessions/search'],
    ['PROPFIND', '/'],
  ] as const
  for (const [method, path] of wrong) {
    expect((await change(visitor, path, { method })).status, `${method} ${path}`).toBe(405)
  }
  const overridden = { method: 'POST', headers: { 'x-http-method-override': 'DELETE' } }
  expect((await change(visitor, `/viewings/${viewingId}`, overridden)).status).toBe(405)
  expect((await send(visitor, `/viewings/${viewingId}/playlist.m3u8`)).status).toBe(200)
})

test('odd addresses are refused in a sentence, and none of them is an error of the server’s', async () => {
  const visitor = await visit(REVIEWER)
  const { sessionId } = findPurpose('advice')
  const odd: readonly (readonly [path: string, status: number])[] = [
    ['/sessions%2fsearch', 400],
    ['/sessions/..%2faudit', 400],
    ['/sessions/%2e%2e/audit', 400],
    ['/./sessions', 400],
    ['//example.com/', 400],
    ['/\\example.com', 400],
    ['/sessions/%00', 400],
    ['/sessions/%c0%af', 400],
    ['/sessions/%', 400],
    ['http://example.com/sessions', 400],
    [`/sessions/${'x'.repeat(40_000)}`, 414],
    [`/sessions?q=${'x'.repeat(40_000)}`, 414],
  ]
  for (const [path, status] of odd) {
    const answer = await send(visitor, path)
    expect([answer.status, readProblem(answer).status], path.slice(0, 60)).toEqual([status, status])
  }
  for (const path of [
    `/sessions/${sessionId}%20`,
    `/sessions/${encodeURIComponent('\u202e')}${sessionId}`,
    '/sessions/%F0%9F%98%80',
    '/sessions?after=x&open=only&q[]=1',
    '/sessions/search?after=%00&q=%ff',
    '/sessions?_rsc=1',
    '/viewings/%27%3B--/playlist.m3u8',
    `/sessions/${sessionId}?t=-1&archive=x`,
    `/sessions/${sessionId}?t=1e400`,
    '/audit?after=1&viewing=x',
    '/s/%0d%0aset-cookie:x=y',
    '/s/..',
  ]) {
    const answer = await send(visitor, path)
    expect(answer.status, path).toBeLessThan(500)
    expect(answer.headers['set-cookie'] ?? [], path).not.toContain('x=y')
  }
})

test('a made-up address of the client changes nothing on record', async () => {
  const visitor = await visit(REVIEWER)
  const forged = {
    'x-forwarded-for': '203.0.113.9, 198.51.100.7',
    'x-real-ip': '203.0.113.9',
    forwarded: 'for=203.0.113.9',
    'x-recordroom-address': '203.0.113.9',
    'x-recordroom-request-id': 'forged',
    'x-request-id': 'forged',
    'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy',
  }
  const answer = await send(visitor, '/sessions/search', { headers: forged })
  expect(answer.status).toBe(200)
  expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  const rows = await query<{ address: string }>('SELECT address FROM audit.log WHERE request_id = $1', [
    answer.headers['x-request-id'],
  ])
  expect(rows.map(({ address }) => address)).toEqual(['127.0.0.1'])
})

test('a cookie that is none, or is sent twice, signs nobody in', async () => {
  const { cookie, portalUrl } = await visit(REVIEWER)
  const [, token = ''] = /next-auth\.session-token=([^;]+)/.exec(cookie) ?? []
  const name = 'next-auth.session-token'
  const twice = `${name}=${token}; ${name}=${token}`
  for (const odd of [
    `${name}=`,
    `${name}=x`,
    `${name}=${token}x`,
    `${name}=${token.slice(1)}`,
    twice,
    `__Host-${name}=${token}`,
  ]) {
    const visitor: Visitor = { portalUrl, cookie: odd }
    expect(sayAnswer(await send(visitor, '/sessions/search')), odd).toBe('401 sign-in-required')
  }
  expect((await send({ portalUrl, cookie: `${name}=${token}` }, '/sessions/search')).status).toBe(200)
})
