import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import * as node from './sha256.ts'
import * as page from './sha256-page.ts'

const byNode = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

describe('the page’s own SHA-256', () => {
  test('is SHA-256, of every length', () => {
    for (let length = 0; length <= 300; length += 1) {
      const bytes = randomBytes(length)
      const room = page.makeRoom(40)
      page.writeHash(room, 3, bytes)
      expect(Buffer.from(room).toString('hex')).toBe(`000000${byNode(bytes)}0000000000`)
    }
  })

  test('is the same however the bytes come', () => {
    for (let round = 0; round < 300; round += 1) {
      const bytes = randomBytes(round * 3)
      const running = page.startHash()
      for (let at = 0; at < bytes.length; ) {
        const end = Math.min(bytes.length, at + Math.floor(Math.random() * 150))
        running.update(bytes.subarray(at, end))
        at = end
      }
      expect(running.digest()).toBe(byNode(bytes))
    }
  })

  test('is of text as UTF-8, as node’s here', () => {
    for (const text of ['', 'abc', 'ö\u{1f600}\0', 'a'.repeat(1000)]) {
      const [room, ownRoom] = [node.makeRoom(32), page.makeRoom(32)]
      node.writeHash(room, 0, text)
      page.writeHash(ownRoom, 0, text)
      const expected = byNode(Buffer.from(text))
      expect([room, ownRoom].map((each) => Buffer.from(each).toString('hex'))).toEqual([expected, expected])
    }
  })
})
