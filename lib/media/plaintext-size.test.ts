import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { readManifest } from '../../e2e/stack/samples.ts'
import { planPlaintextSize } from './plaintext-size.ts'

/** What openssl makes of so many bytes, decrypted again without touching the padding. */
function encryptedSize(plain: Uint8Array): { cipherSizeBytes: number; lastBlock: Buffer } {
  const key = ['-aes-256-cbc', '-K', '00'.repeat(32), '-iv', '00'.repeat(16)]
  const cipher = spawnSync('openssl', ['enc', ...key], { input: plain }).stdout
  const padded = spawnSync('openssl', ['enc', '-d', ...key, '-nopad'], { input: cipher }).stdout
  return { cipherSizeBytes: cipher.length, lastBlock: padded.subarray(-16) }
}

describe('of a transport stream', () => {
  test.each(Array.from({ length: 8 }, (_, n) => n + 1))(
    '%i packets are told from their padding',
    (packets) => {
      const { cipherSizeBytes, lastBlock } = encryptedSize(randomBytes(packets * 188))
      expect(planPlaintextSize('ts', cipherSizeBytes, lastBlock)).toBe(packets * 188)
    },
  )

  test('padding of 4, 8, 12 and 16 bytes is taken off, be it PKCS#7, zeros or anything', () => {
    for (const packets of [1, 2, 3, 4]) {
      const size = packets * 188
      const padded = size + 16 - (size % 16)
      for (const fill of [0, padded - size, 0x47]) {
        expect(planPlaintextSize('ts', padded, Buffer.alloc(16, fill))).toBe(size)
      }
    }
  })

  test('without padding all of it is recording', () => {
    expect(planPlaintextSize('ts', 4 * 188, randomBytes(16))).toBe(4 * 188)
  })

  test.each([0, 15, 16, 160, 188, 4 * 188 + 32, 4 * 188 + 176])('%i bytes are no whole upload', (size) => {
    const plan = () => planPlaintextSize('ts', size, Buffer.alloc(16))
    expect(plan).toThrow(expect.objectContaining({ code: 'archive-cut' }))
  })
})

describe('of an MP4', () => {
  test.each(Array.from({ length: 17 }, (_, n) => 40 + n))('%i bytes are told from their padding', (size) => {
    const { cipherSizeBytes, lastBlock } = encryptedSize(randomBytes(size))
    expect(planPlaintextSize('mp4', cipherSizeBytes, lastBlock)).toBe(size)
  })

  test.each([
    ['zeros', Buffer.alloc(16)],
    ['a count that its bytes do not bear out', Buffer.from([...Array(12).fill(0), 3, 4, 4, 4])],
    ['a count beyond a block', Buffer.alloc(16, 17)],
  ])('%s are left where they are', (_, lastBlock) => {
    expect(planPlaintextSize('mp4', 64, lastBlock)).toBe(64)
  })

  test.each([0, 17, 100])('%i bytes are no whole upload', (size) => {
    const plan = () => planPlaintextSize('mp4', size, Buffer.alloc(16))
    expect(plan).toThrow(expect.objectContaining({ code: 'archive-cut' }))
  })
})

test.each(readManifest().samples.filter(({ certificate, container }) => certificate && container === 'ts'))(
  'of $name, as it was made',
  ({ sizeBytes, plaintextSizeBytes }) => {
    expect(planPlaintextSize('ts', sizeBytes, randomBytes(16))).toBe(plaintextSizeBytes)
  },
)
