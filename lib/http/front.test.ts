import { describe, expect, test } from 'vitest'
import { checkAddress, checkMethod, markRequest, restoreLength } from './front.ts'

const settings = { origin: 'https://recordroom.bank.test', trustedProxies: 0 }

const mark = (headers: Record<string, string>, trustedProxies = 0, remoteAddress = '192.0.2.7') => {
  const request = { url: '/', headers: { ...headers }, socket: { remoteAddress } }
  const requestId = markRequest(request, { ...settings, trustedProxies })
  return { requestId, headers: request.headers as Record<string, string | undefined> }
}

describe('the client’s address', () => {
  test('is the socket’s, whatever the client says', () => {
    const { headers } = mark({
      'x-forwarded-for': '10.0.0.1',
      'x-real-ip': '10.0.0.1',
      forwarded: 'for=10.0.0.1',
    })
    expect(headers['x-recordroom-address']).toBe('192.0.2.7')
    expect(headers['x-forwarded-for']).toBe('192.0.2.7')
    expect(headers).not.toHaveProperty('x-real-ip')
    expect(headers).not.toHaveProperty('forwarded')
  })

  test.each([
    [1, '203.0.113.9', '203.0.113.9'],
    [1, '10.0.0.1, 203.0.113.9', '203.0.113.9'],
    [2, '10.0.0.1, 203.0.113.9, 198.51.100.2', '203.0.113.9'],
    [2, '203.0.113.9', '203.0.113.9'],
    [1, '203.0.113.9:4711', '203.0.113.9'],
    [1, '[2001:db8::1]:4711', '2001:db8::1'],
    [1, 'unknown', '192.0.2.7'],
    [1, '', '192.0.2.7'],
    [1, '[2001:DB8:0:0::1]:443', '2001:db8::1'],
  ])('behind %i proxies with “%s” is %s', (trustedProxies, forwarded, address) => {
    const { headers } = mark({ 'x-forwarded-for': forwarded }, trustedProxies)
    expect(headers['x-recordroom-address']).toBe(address)
  })

  test('is written as IPv4 where it is one', () => {
    expect(mark({}, 0, '::ffff:192.0.2.7').headers['x-recordroom-address']).toBe('192.0.2.7')
  })
})

describe('what a client may not say', () => {
  test.each([
    'x-recordroom-anything',
    'x-middleware-subrequest',
    'x-invoke-path',
    'x-nextjs-data',
    'x-matched-path',
    'x-nonce',
    'content-security-policy',
    'x-http-method-override',
  ])('%s is dropped', (name) => {
    expect(mark({ [name]: 'forged' }).headers[name]).toBeUndefined()
  })

  test('a request id and an address of its own are replaced', () => {
    const { requestId, headers } = mark({
      'x-recordroom-request-id': 'forged',
      'x-recordroom-address': '10.0.0.1',
    })
    expect(headers['x-recordroom-request-id']).toBe(requestId)
    expect(requestId).not.toBe('forged')
    expect(headers['x-recordroom-address']).toBe('192.0.2.7')
  })

  test('the host is the site’s own', () => {
    const { headers } = mark({
      host: 'evil.test',
      'x-forwarded-host': 'evil.test',
      'x-forwarded-proto': 'http',
    })
    expect(headers.host).toBe('recordroom.bank.test')
    expect(headers['x-forwarded-host']).toBe('recordroom.bank.test')
    expect(headers['x-forwarded-proto']).toBe('https')
  })

  test('what the pages’ own client sends stays', () => {
    expect(mark({ rsc: '1', 'next-router-state-tree': '[]', cookie: 'a=b' }).headers).toMatchObject({
      rsc: '1',
      'next-router-state-tree': '[]',
      cookie: 'a=b',
    })
  })
})

describe('an address', () => {
  test.each([
    '/',
    '/sessions?q=%00%2F%5C//',
    '/sessions/2_MX40NjIwMTUwMn5-MTc2~fg',
    '/viewings/0199/playlist.m3u8',
    '/_next/static/chunks/%5Broot%5D.js',
    '/sessions?_rsc=1abc',
  ])('%s is taken', (url) => {
    expect(checkAddress(url)).toBeNull()
  })

  test.each([
    '//evil.test/',
    '/sessions//x',
    '/sessions/a%2fb',
    '/sessions/a%5Cb',
    '/sessions\\x',
    '/sessions/%00',
    '/a/../b',
    '/a/%2e%2E/b',
    '/./a',
    '/sessions/x.rsc',
    '/sessions/x.prefetch.RSC?q=1',
    '/sessions/x.%72sc',
    '/%zz',
    '/%ff',
    'http://evil.test/',
    '*',
    '',
  ])('%s is refused', (url) => {
    expect(checkAddress(url)?.code).toBe('request-invalid')
  })

  test('of ten thousand characters is taken, of a hundred thousand is not', () => {
    expect(checkAddress(`/sessions?q=${'x'.repeat(10_000)}`)).toBeNull()
    expect(checkAddress(`/sessions?q=${'x'.repeat(100_000)}`)?.status).toBe(414)
  })
})

describe('a method', () => {
  test.each(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'])('%s is handed on', (method) => {
    expect(checkMethod(method)).toBeNull()
  })

  test.each(['TRACE', 'CONNECT', 'PROPFIND', 'get', ''])('%s is refused', (method) => {
    expect(checkMethod(method)?.code).toBe('method-not-allowed')
  })
})

test('an answer’s length, told by a name of our own, is its Content-Length', () => {
  const told = new Map<string, unknown>()
  const response = { setHeader: (name: string, value: unknown) => told.set(name, value) }
  restoreLength(response)
  response.setHeader('Content-Range', 'bytes 0-99/1000')
  response.setHeader('X-Recordroom-Length', ['100'])
  expect([...told]).toEqual([
    ['Content-Range', 'bytes 0-99/1000'],
    ['Content-Length', '100'],
  ])
})
