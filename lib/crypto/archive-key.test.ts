import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { parseArchiveKey } from './archive-key.ts'

const key = randomBytes(32)
const iv = randomBytes(16)

test('a password of 51 bytes is three of form, the key and the IV', () => {
  const parsed = parseArchiveKey(Buffer.concat([Buffer.of(1, 1, 1), key, iv]))
  expect(Buffer.from(parsed.key)).toEqual(key)
  expect(Buffer.from(parsed.iv)).toEqual(iv)
})

test('what is read is a copy, so that the password can be wiped', () => {
  const bytes = Buffer.concat([Buffer.of(1, 1, 1), key, iv])
  const parsed = parseArchiveKey(bytes)
  bytes.fill(0)
  expect(Buffer.from(parsed.key)).toEqual(key)
  expect(Buffer.from(parsed.iv)).toEqual(iv)
})

test.each([
  ['another version', Buffer.concat([Buffer.of(2, 1, 1), key, iv])],
  ['another algorithm', Buffer.concat([Buffer.of(1, 2, 1), key, iv])],
  ['another mode', Buffer.concat([Buffer.of(1, 1, 2), key, iv])],
  ['no prefix', Buffer.concat([key, iv])],
  ['a byte too few', Buffer.concat([Buffer.of(1, 1, 1), key, iv.subarray(1)])],
  ['a byte too many', Buffer.concat([Buffer.of(1, 1, 1), key, iv, Buffer.of(0)])],
  ['nothing', Buffer.alloc(0)],
])('%s is refused by name', (_, bytes) => {
  expect(() => parseArchiveKey(bytes)).toThrow(expect.objectContaining({ code: 'password-malformed' }))
})

test('a refusal says nothing of the key', () => {
  const bytes = Buffer.concat([Buffer.of(1, 1, 2), key, iv])
  expect.assertions(2)
  try {
    parseArchiveKey(bytes)
  } catch (error) {
    const said = JSON.stringify(error, Object.getOwnPropertyNames(error))
    expect(said).not.toContain(key.toString('hex'))
    expect(said).not.toContain(key.toString('base64').slice(0, 20))
  }
})
