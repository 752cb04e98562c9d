import { createHmac, generateKeyPairSync, verify } from 'node:crypto'
import { expect, test } from 'vitest'
import { createAuthHeaders } from './token.ts'

const now = new Date('2026-03-04T05:06:07.890Z')
const seconds = Date.UTC(2026, 2, 4, 5, 6, 7) / 1000

const parse = (part = ''): Record<string, unknown> => JSON.parse(Buffer.from(part, 'base64url').toString())

test('an OpenTok project shows itself by a token of its secret, good for three minutes', () => {
  const { 'x-opentok-auth': token = '', ...others } = createAuthHeaders(
    { kind: 'opentok', apiKey: '46201502', apiSecret: 'a project’s secret' },
    now,
  )
  expect(others).toEqual({})
  const [head, body, signature] = token.split('.')
  expect(parse(head)).toEqual({ alg: 'HS256', typ: 'JWT' })
  expect(parse(body)).toEqual({
    iss: '46201502',
    ist: 'project',
    iat: seconds,
    exp: seconds + 180,
    jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
  })
  expect(signature).toBe(
    createHmac('sha256', 'a project’s secret').update(`${head}.${body}`).digest('base64url'),
  )
})

test('an application of the unified environment signs with its private key, as Bearer', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const privateKeyPem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const applicationId = '78d335fa-323d-0114-9c3d-d6f0d48968cf'
  const { authorization = '', ...others } = createAuthHeaders(
    { kind: 'vonage', applicationId, privateKeyPem },
    now,
  )
  expect(others).toEqual({})
  const [, token = ''] = /^Bearer (.+)$/.exec(authorization) ?? []
  const [head, body, signature = ''] = token.split('.')
  expect(parse(head)).toEqual({ alg: 'RS256', typ: 'JWT' })
  expect(parse(body)).toEqual({
    application_id: applicationId,
    iat: seconds,
    exp: seconds + 180,
    jti: expect.any(String),
  })
  const signed = Buffer.from(`${head}.${body}`)
  expect(verify('sha256', signed, publicKey, Buffer.from(signature, 'base64url'))).toBe(true)
})

test('no two calls carry the same token', () => {
  const credentials = { kind: 'opentok', apiKey: '1234', apiSecret: 'secret' } as const
  expect(createAuthHeaders(credentials, now)).not.toEqual(createAuthHeaders(credentials, now))
})
