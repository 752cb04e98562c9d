import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createPemKey } from './pem.ts'
import { makeKey } from './test-keys.ts'

const folder = mkdtempSync(join(tmpdir(), 'recordroom-pem-'))
afterAll(() => rmSync(folder, { recursive: true }))

const plain = makeKey(folder, { name: 'plain', passphrase: null, algorithm: 'rsa:2048' })
const sealed = makeKey(folder, { name: 'sealed', passphrase: 'open sesame', algorithm: 'rsa:2048' })
const curve = makeKey(folder, { name: 'curve', passphrase: null, algorithm: 'ed25519' })
const { signal } = new AbortController()

test('a key is named by its certificate’s fingerprint and knows when it is in force', () => {
  const key = createPemKey(plain)
  expect(key.fingerprint).toBe(plain.fingerprint)
  expect(key.notAfter.getTime() - key.notBefore.getTime()).toBe(365 * 86_400_000)
  expect(Math.abs(key.notBefore.getTime() - Date.now())).toBeLessThan(300_000)
})

test('a key behind a passphrase opens with it', () => {
  expect(createPemKey(sealed).fingerprint).toBe(sealed.fingerprint)
})

test.each([
  ['the wrong passphrase', { ...sealed, passphrase: 'wrong' }, /does not open with this passphrase/],
  [
    'no passphrase where one is needed',
    { ...sealed, passphrase: null },
    /does not open with this passphrase/,
  ],
  [
    'a private key of another certificate',
    { ...plain, privateKeyPem: sealed.privateKeyPem, passphrase: 'open sesame' },
    /not the certificate’s/,
  ],
  ['a key that is not RSA', curve, /not an RSA key/],
  ['a certificate that is none', { ...plain, certificatePem: 'text' }, /not a readable X.509 certificate/],
  ['a private key that is none', { ...plain, privateKeyPem: 'text' }, /private key is not readable/],
])('%s is refused in words', (_, pem, words) => {
  expect(() => createPemKey(pem)).toThrow(words)
})

test('two hundred blobs that were not wrapped for a key all fail, and all alike', async () => {
  const key = createPemKey(plain)
  const answers = Array.from({ length: 200 }, () => key.unwrap(randomBytes(256), signal))
  expect(new Set(await Promise.all(answers))).toEqual(new Set([null]))
})

test('a blob of another length fails like any other', async () => {
  const key = createPemKey(plain)
  expect(await key.unwrap(randomBytes(128), signal)).toBeNull()
  expect(await key.unwrap(randomBytes(512), signal)).toBeNull()
  expect(await key.unwrap(new Uint8Array(), signal)).toBeNull()
})
