import { createCipheriv, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { samplePath } from '../../e2e/stack/samples.ts'
import { PACKET_BYTES } from './packet.ts'
import { sniffContainer } from './sniff.ts'
import { craftStream } from './test-packets.ts'

const headOf = (name: string): Buffer => readFileSync(samplePath(name)).subarray(0, 3 * PACKET_BYTES)
const frame = { track: 'video', pts: 0, dts: 0, isKey: true, packets: 5 } as const

test.each([
  ['an MP4 with its index in front', headOf('front.mp4'), 'mp4'],
  ['an MP4 with its index at the end', headOf('end.mp4'), 'mp4'],
  ['an archive of individual streams', headOf('individual.zip'), 'zip'],
  ['a transport stream', craftStream([frame]), 'ts'],
  ['a transport stream of three packets', craftStream([{ ...frame, packets: 1 }]), 'ts'],
  ['two packets', craftStream([frame]).subarray(0, 376), 'unknown'],
  ['ciphertext', headOf('advice.mpegts'), 'unknown'],
  ['one packet’s sync alone', Buffer.concat([Buffer.of(0x47), Buffer.alloc(600)]), 'unknown'],
  ['text', Buffer.from('#!/bin/sh\n'.repeat(100)), 'unknown'],
  ['nothing', Buffer.alloc(0), 'unknown'],
  ['a few bytes', Buffer.from('ft'), 'unknown'],
])('%s', (_, head, container) => {
  expect(sniffContainer(head)).toBe(container)
})

test('what a wrong key makes of a transport stream is not taken for one', () => {
  const stream = craftStream([frame])
  for (let n = 0; n < 2000; n += 1) {
    const cipher = createCipheriv('aes-256-cbc', randomBytes(32), randomBytes(16))
    expect(sniffContainer(cipher.update(stream))).toBe('unknown')
  }
})
