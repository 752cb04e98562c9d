import { createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createSecretBox, findSealKeyId } from './seal.ts'

const key = randomBytes(32)
const box = createSecretBox(key, null)
const place = { table: 'certificates', column: 'private_key', rowId: '7f0c' }
// With nonce and tag a multiple of three bytes: no bit of the text they become is spare.
const secret = 'one secret, with ünïcode and\na second line'

test('what was sealed opens in its place', () => {
  expect(box.open(box.seal(secret, place), place)).toBe(secret)
  expect(box.open(box.seal('', place), place)).toBe('')
})

test('the same secret is never sealed the same way twice', () => {
  expect(box.seal(secret, place)).not.toBe(box.seal(secret, place))
})

test('a sealed value is laid out as it is said to be, so that others can open it', () => {
  const [version, keyId, text = ''] = box.seal(secret, place).split('.')
  expect(version).toBe('v1')
  expect(keyId).toBe(createHash('sha256').update(key).digest('hex').slice(0, 8))
  const body = Buffer.from(text, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', key, body.subarray(0, 12))
    .setAAD(Buffer.from(`v1\0${keyId}\0certificates\0private_key\x007f0c`))
    .setAuthTag(body.subarray(-16))
  expect(decipher.update(body.subarray(12, -16)).toString() + decipher.final('utf8')).toBe(secret)
})

test.each([
  ['in another table', { ...place, table: 'storage_targets' }],
  ['in another column', { ...place, column: 'passphrase' }],
  ['in another row', { ...place, rowId: '7f0d' }],
])('it does not open %s', (_, elsewhere) => {
  expect(() => box.open(box.seal(secret, place), elsewhere)).toThrow(/cannot be opened/)
})

test('changed anywhere, it does not open, and says the same each time', () => {
  const sealed = box.seal(secret, place)
  const said = new Set<string>()
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'E' : 'A') + sealed.slice(at + 1)
    try {
      said.add(`opened: ${box.open(changed, place)}`)
    } catch (error) {
      said.add(String(error))
    }
  }
  expect([...said]).toEqual([
    'Error: a sealed value of certificates.private_key cannot be opened: wrong key, place or content',
  ])
})

test.each(['', 'v1', 'v1.00000000.', 'v2.00000000.AAAA', 'v1.00000000.AAAA', 'plain text'])(
  '%j is no sealed value',
  (text) => {
    expect(() => box.open(text, place)).toThrow(/cannot be opened/)
  },
)

test('after a change of keys the one before still opens, and new values are sealed with the new one', () => {
  const changed = createSecretBox(randomBytes(32), key)
  expect(changed.open(box.seal(secret, place), place)).toBe(secret)
  expect(findSealKeyId(changed.seal(secret, place))).toBe(changed.keyId)
  expect(changed.keyId).not.toBe(box.keyId)
  expect(() => box.open(changed.seal(secret, place), place)).toThrow(/cannot be opened/)
})

test('a key of another length than 32 bytes is refused', () => {
  expect(() => createSecretBox(randomBytes(31), null)).toThrow('32 bytes')
  expect(() => createSecretBox(key, randomBytes(16))).toThrow('32 bytes')
})

test('the key of a sealed value is told without opening it', () => {
  expect(findSealKeyId(box.seal(secret, place))).toBe(box.keyId)
  expect(findSealKeyId('plain text')).toBeNull()
})
