import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readManifest, type Sample, samplePath } from './samples.ts'

const { certificates, samples } = readManifest()
const encrypted = samples.filter(({ certificate }) => certificate !== null)

/** As the archiving guide does it, with nothing but openssl. */
function decrypt(sample: Sample): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'recordroom-test-'))
  try {
    const certificate = certificates.find(({ name }) => name === sample.certificate)
    const wrapped = join(folder, 'password')
    writeFileSync(wrapped, Buffer.from(sample.password, 'base64'))
    const key = samplePath(certificate?.privateKey ?? '')
    const password = execFileSync('openssl', [
      ...['pkeyutl', '-decrypt', '-inkey', key, '-pkeyopt', 'rsa_padding_mode:oaep', '-in', wrapped],
      ...['-passin', `pass:${certificate?.passphrase ?? ''}`],
    ])
    expect([...password.subarray(0, 3), password.length]).toEqual([1, 1, 1, 51])
    const [K, iv] = [password.subarray(3, 35).toString('hex'), password.subarray(35).toString('hex')]
    const path = samplePath(sample.name)
    return execFileSync('openssl', ['enc', '-d', '-aes-256-cbc', '-K', K, '-iv', iv, '-in', path], {
      maxBuffer: 1 << 26,
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

test.each(encrypted)('$name decrypts to what it was made from', (sample) => {
  const plaintext = decrypt(sample)
  expect(sha256(plaintext)).toBe(sample.plaintextSha256)
  if (sample.container === 'ts')
    expect([plaintext[0], plaintext[188], plaintext.length % 188]).toEqual([0x47, 0x47, 0])
  if (sample.container === 'mp4') expect(plaintext.toString('latin1', 4, 8)).toBe('ftyp')
})

test.each(samples)('$name is as it was made', ({ name, sizeBytes, sha256: hash }) => {
  expect(statSync(samplePath(name)).size).toBe(sizeBytes)
  expect(sha256(readFileSync(samplePath(name)))).toBe(hash)
})

describe('together', () => {
  test('they need every padding that whole packets can need', () => {
    const paddings = encrypted
      .filter(({ container }) => container === 'ts')
      .map(({ sizeBytes, plaintextSizeBytes }) => sizeBytes - plaintextSizeBytes)
    expect([...new Set(paddings)].sort((a, b) => a - b)).toEqual([4, 8, 12, 16])
  })

  test('they use two certificates, and one key has a passphrase', () => {
    expect(new Set(encrypted.map(({ certificate }) => certificate)).size).toBe(2)
    expect(certificates.filter(({ passphrase }) => passphrase !== null)).toHaveLength(1)
  })

  test('they take less than 4 MB', () => {
    expect(samples.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)).toBeLessThan(4_000_000)
  })

  test('moov lies in front in one MP4 and at the end in another', () => {
    const isInFront = (name: string): boolean => readFileSync(samplePath(name)).indexOf('moov') < 1000
    expect([isInFront('front.mp4'), isInFront('end.mp4')]).toEqual([true, false])
  })
})
