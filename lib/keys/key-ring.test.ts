import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { AppError } from '../errors.ts'
import type { KeyProvider } from './key-provider.ts'
import { planTrials, unwrapPassword } from './key-ring.ts'
import { createPemKey } from './pem.ts'
import { type MadeKey, makeKey, wrapPassword } from './test-keys.ts'

const folder = mkdtempSync(join(tmpdir(), 'recordroom-keys-'))
afterAll(() => rmSync(folder, { recursive: true }))

const made = (name: string, passphrase: string | null = null, algorithm = 'rsa:2048') =>
  makeKey(folder, { name, passphrase, algorithm })
const newest = made('newest')
const middle = made('middle', 'a passphrase')
const oldest = made('oldest', null, 'rsa:4096')
const stranger = made('stranger')

const ring = [newest, middle, oldest].map(createPemKey)
const password = Buffer.concat([Buffer.of(1, 1, 1), randomBytes(48)])
const { signal } = new AbortController()
const hint = { fingerprint: null, createdAt: new Date() }

const wrapFor = (key: MadeKey, hash = 'sha1') => wrapPassword(folder, password, { ...key, hash })

describe('a password wrapped by openssl', () => {
  test.each([
    ['the newest key', newest],
    ['a key with a passphrase', middle],
    ['a key of 4,096 bits', oldest],
  ])('is opened by %s of the ring, which is named', async (_, key) => {
    const { bytes, fingerprint } = await unwrapPassword(ring, wrapFor(key), { hint, signal })
    expect(Buffer.from(bytes)).toEqual(password)
    expect(fingerprint).toBe(key.fingerprint)
  })

  test('may be broken into lines', async () => {
    const lines = wrapFor(newest).replace(/(.{64})/g, '$1\n')
    const { bytes } = await unwrapPassword(ring, lines, { hint, signal })
    expect(Buffer.from(bytes)).toEqual(password)
  })

  test('for a certificate that is not in the ring opens with none', async () => {
    await expect(unwrapPassword(ring, wrapFor(stranger), { hint, signal })).rejects.toMatchObject({
      code: 'key-not-found',
    })
  })

  test('with another hash than SHA-1 opens with none', async () => {
    await expect(unwrapPassword(ring, wrapFor(newest, 'sha256'), { hint, signal })).rejects.toMatchObject({
      code: 'key-not-found',
    })
  })

  test('with a bit of it flipped opens with none', async () => {
    const bytes = Buffer.from(wrapFor(newest), 'base64')
    bytes.writeUInt8(bytes.readUInt8(100) ^ 1, 100)
    await expect(unwrapPassword(ring, bytes.toString('base64'), { hint, signal })).rejects.toMatchObject({
      code: 'key-not-found',
    })
  })

  test('opens with no key of an empty ring', async () => {
    await expect(unwrapPassword([], wrapFor(newest), { hint, signal })).rejects.toMatchObject({
      code: 'key-not-found',
    })
  })
})

test.each([
  ['nothing', ''],
  ['no base64', '<html>not a password</html>'],
  ['the url form of base64', `${'-_'.repeat(170)}aa==`],
  ['too little for an RSA block', randomBytes(92).toString('base64')],
  ['more than the largest RSA block', randomBytes(513).toString('base64')],
  ['ten thousand characters', 'A'.repeat(10_000)],
])('%s is refused as malformed, and no key is asked', async (_, text) => {
  const asked: KeyProvider[] = [provide('any', () => Promise.reject(new Error('asked')))]
  await expect(unwrapPassword(asked, text, { hint, signal })).rejects.toMatchObject({
    code: 'password-malformed',
  })
})

describe('the order of trial', () => {
  const made2023 = new Date('2023-06-01T00:00:00Z')
  const of = (fingerprint: string, from: string, to: string): KeyProvider => ({
    ...provide(fingerprint, async () => null),
    notBefore: new Date(from),
    notAfter: new Date(to),
  })
  const keys = [
    of('d', '2025-01-01', '2027-01-01'),
    of('c', '2023-05-01', '2025-05-01'),
    of('b', '2022-01-01', '2024-01-01'),
    of('a', '2020-01-01', '2022-01-01'),
  ]
  const order = (fingerprint: string | null) =>
    planTrials(keys, { fingerprint, createdAt: made2023 }).map((key) => key.fingerprint)

  test('is those in force when the archive was made, then the rest; newest first', () => {
    expect(order(null)).toEqual(['c', 'b', 'd', 'a'])
  })

  test('begins with the one that opened the archive before', () => {
    expect(order('a')).toEqual(['a', 'c', 'b', 'd'])
  })

  test('is not troubled by a key remembered that is gone from the ring', () => {
    expect(order('gone')).toEqual(['c', 'b', 'd', 'a'])
  })

  test('stops at the key that fits', async () => {
    const tried: string[] = []
    const trial = (fingerprint: string, bytes: Uint8Array | null) =>
      provide(fingerprint, async () => {
        tried.push(fingerprint)
        return bytes
      })
    const ring = [trial('1', null), trial('2', password), trial('3', password)]
    const unwrapped = await unwrapPassword(ring, randomBytes(256).toString('base64'), { hint, signal })
    expect(unwrapped.fingerprint).toBe('2')
    expect(tried).toEqual(['1', '2'])
  })
})

describe('a key that cannot be asked', () => {
  const down = provide('down', () => Promise.reject(new AppError('key-provider-down')))
  const wrapped = randomBytes(256).toString('base64')

  test('does not keep another from being tried', async () => {
    const fits = provide('fits', async () => password)
    const { fingerprint } = await unwrapPassword([down, fits], wrapped, { hint, signal })
    expect(fingerprint).toBe('fits')
  })

  test('is the reason given when no other fits, because a retry may help', async () => {
    const wrong = provide('wrong', async () => null)
    await expect(unwrapPassword([down, wrong], wrapped, { hint, signal })).rejects.toMatchObject({
      code: 'key-provider-down',
    })
  })

  test('is not mistaken for one that is broken', async () => {
    const broken = provide('broken', () => Promise.reject(new TypeError('broken')))
    await expect(unwrapPassword([broken], wrapped, { hint, signal })).rejects.toThrow(TypeError)
  })
})

function provide(fingerprint: string, unwrap: KeyProvider['unwrap']): KeyProvider {
  return { fingerprint, notBefore: new Date(0), notAfter: new Date(8e12), unwrap }
}
