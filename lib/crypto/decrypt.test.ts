import { randomBytes, randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { getSample, readManifest, samplePath } from '../../e2e/stack/samples.ts'
import type { ByteRange, ReadRange } from '../http/byte-range.ts'
import { type ArchiveKey, parseArchiveKey } from './archive-key.ts'
import { decryptRange } from './decrypt.ts'
import { decrypt, encrypt, makeArchiveKey, openssl, readFrom } from './test-ciphertext.ts'

const { signal } = new AbortController()

async function readAll(read: ReadRange, range: ByteRange): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of read(range, signal)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function expectEveryRange(plain: Buffer, read: ReadRange): Promise<void> {
  for (let start = 0; start < plain.length; start += 1) {
    for (let end = start + 1; end <= plain.length; end += 1) {
      const got = await readAll(read, { start, end })
      if (!got.equals(plain.subarray(start, end))) throw new Error(`${start}..${end} differs`)
    }
  }
}

test.each(Array.from({ length: 49 }, (_, size) => size))(
  'every range of a file of %i bytes and its padding is what openssl gives',
  async (sizeBytes) => {
    const key = makeArchiveKey()
    const cipher = encrypt(randomBytes(sizeBytes), key, [])
    const padded = decrypt(cipher, key, ['-nopad'])
    expect(padded.subarray(0, sizeBytes)).toEqual(decrypt(cipher, key, []))
    await expectEveryRange(padded, decryptRange(readFrom(cipher, 7), key, cipher.length))
  },
)

test.each([
  ['with padding', 599, []],
  ['without', 160, ['-nopad']],
])('every range of a longer file is what openssl gives, %s', async (_, sizeBytes, options) => {
  const key = makeArchiveKey()
  const cipher = encrypt(randomBytes(sizeBytes), key, options)
  const plain = decrypt(cipher, key, options)
  expect(plain.length).toBe(sizeBytes)
  await expectEveryRange(plain, decryptRange(readFrom(cipher, 100), key, cipher.length))
})

test('5,000 ranges of a real recording are what openssl gives', async () => {
  const sample = getSample('advice.mpegts')
  const key = unwrapWithOpenssl(sample.certificate ?? '', sample.password)
  const cipher = readFileSync(samplePath(sample.name))
  const plain = decrypt(cipher, key, [])
  expect(plain.length).toBe(sample.plaintextSizeBytes)
  const read = decryptRange(readFrom(cipher, 16_384), key, cipher.length)
  for (let n = 0; n < 5000; n += 1) {
    const start = randomInt(plain.length)
    // Short and long ones alike: as many of ten bytes as of a hundred thousand.
    const length = Math.ceil((plain.length - start) ** Math.random())
    const got = await readAll(read, { start, end: start + length })
    if (!got.equals(plain.subarray(start, start + length))) throw new Error(`${length} at ${start} differ`)
  }
})

test('what is read of the ciphertext is what was asked for and at most 47 bytes more', async () => {
  const key = makeArchiveKey()
  const cipher = encrypt(randomBytes(4000), key, [])
  const asked: ByteRange[] = []
  const from = readFrom(cipher, 512)
  const read = decryptRange(
    (range, abort) => {
      asked.push(range)
      return from(range, abort)
    },
    key,
    cipher.length,
  )
  for (let start = 0; start < 200; start += 1) {
    const end = start + 1 + (start % 70)
    await readAll(read, { start, end })
    const range = asked.at(-1)
    expect((range?.end ?? 0) - (range?.start ?? 0)).toBeLessThanOrEqual(end - start + 47)
  }
  expect(asked).toHaveLength(200)
})

test.each([
  ['fewer', -16],
  ['a byte less', -1],
  ['more', 16],
])('a store that sends %s bytes than were asked for is found out', async (_, difference) => {
  const key = makeArchiveKey()
  const cipher = encrypt(randomBytes(1000), key, [])
  const read = decryptRange(
    ({ start, end }, abort) => readFrom(cipher, 64)({ start, end: end + difference }, abort),
    key,
    cipher.length,
  )
  await expect(readAll(read, { start: 100, end: 300 })).rejects.toMatchObject({ code: 'storage-misbehaved' })
})

test.each([
  ['reversed', { start: 20, end: 10 }],
  ['empty', { start: 10, end: 10 }],
  ['beyond the end', { start: 0, end: 1009 }],
  ['negative', { start: -1, end: 10 }],
  ['broken', { start: 0.5, end: 10 }],
])('a range that is %s is refused before anything is read', async (_, range) => {
  const read = decryptRange(
    () => {
      throw new Error('read')
    },
    makeArchiveKey(),
    1008,
  )
  await expect(readAll(read, range)).rejects.toThrow(RangeError)
})

test('a reader who goes away ends the reading of the store', async () => {
  const key = makeArchiveKey()
  const cipher = encrypt(randomBytes(100_000), key, [])
  let ended = false
  const read = decryptRange(
    async function* (range, abort) {
      try {
        yield* readFrom(cipher, 1024)(range, abort)
      } finally {
        ended = true
      }
    },
    key,
    cipher.length,
  )
  for await (const _ of read({ start: 0, end: 50_000 }, signal)) break
  expect(ended).toBe(true)
})

function unwrapWithOpenssl(certificateName: string, password: string): ArchiveKey {
  const certificate = readManifest().certificates.find(({ name }) => name === certificateName)
  const keyPath = samplePath(certificate?.privateKey ?? '')
  const oaep = ['-pkeyopt', 'rsa_padding_mode:oaep', '-pkeyopt', 'rsa_oaep_md:sha1']
  const passphrase = ['-passin', `pass:${certificate?.passphrase ?? ''}`]
  const wrapped = Buffer.from(password, 'base64')
  return parseArchiveKey(openssl(['pkeyutl', '-decrypt', '-inkey', keyPath, ...passphrase, ...oaep], wrapped))
}
