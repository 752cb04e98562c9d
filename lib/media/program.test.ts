import { expect, test } from 'vitest'
import { createProgramReader, type Program } from './program.ts'
import { craftPacket, craftTables, H264_AND_AAC } from './test-packets.ts'

function readProgram(packets: Buffer): Program | null {
  const reader = createProgramReader()
  let program: Program | null = null
  for (let at = 0; at < packets.length; at += 188) program ??= reader.push(packets, at)
  return program
}

test('tables say which tracks there are', () => {
  expect(readProgram(craftTables(H264_AND_AAC))).toMatchObject({
    video: { pid: 0x100, codec: 'h264' },
    audio: { pid: 0x101, codec: 'aac' },
  })
})

test.each([
  ['H.265', [[0x24, 0x44]], { pid: 0x44, codec: 'h265' }, null],
  ['MP3', [[0x03, 0x45]], null, { pid: 0x45, codec: 'other' }],
  [
    'data besides',
    [
      [0x15, 0x40],
      [0x0f, 0x41],
    ],
    null,
    { pid: 0x41, codec: 'aac' },
  ],
] as const)('%s', (_, streams, video, audio) => {
  expect(readProgram(craftTables(streams))).toMatchObject({ video, audio })
})

test('nothing that can be played is no program', () => {
  expect(readProgram(craftTables([[0x15, 0x40]]))).toBeNull()
})

test('the tables that segments begin with say the same, in packets of their own', () => {
  const program = readProgram(craftTables(H264_AND_AAC))
  const packets = Buffer.from(program?.patPmt ?? '', 'base64')
  expect(packets.length).toBe(2 * 188)
  expect(readProgram(packets)).toEqual(program)
})

test('a table longer than a packet is put together, and cut up again', () => {
  const streams = Array.from({ length: 60 }, (_, n): [number, number] => [n === 59 ? 0x1b : 0x15, 0x100 + n])
  const tracks = streams.flatMap(([type, pid]) => [type, 0xe0 | (pid >> 8), pid & 0xff, 0xf0, 0])
  const length = 13 + tracks.length
  const head = [0x02, 0xb0 | (length >> 8), length & 0xff, 0, 1, 0xc1, 0, 0, 0xe1, 0, 0xf0, 0]
  const section = [0, ...head, ...tracks, 0, 0, 0, 0]
  const pat = craftTables([]).subarray(0, 188)
  const pmt = [0, 1].map((n) => craftPacket(0x1000, n === 0, section.slice(n * 184, (n + 1) * 184)))
  const program = readProgram(Buffer.concat([pat, ...pmt]))
  expect(program?.video).toEqual({ pid: 0x100 + 59, codec: 'h264' })
  expect(readProgram(Buffer.from(program?.patPmt ?? '', 'base64'))).toEqual(program)
})

test('a table that never ends is no program', () => {
  const [pat, pmt] = [0, 188].map((at) => craftTables(H264_AND_AAC).subarray(at, at + 188))
  if (!pat || !pmt) throw new Error('no tables')
  const endless = Buffer.from(pmt)
  endless.set([0xbf, 0xff], endless.indexOf(Buffer.of(0x02, 0xb0)) + 1)
  expect(readProgram(Buffer.concat([pat, endless, endless, endless]))).toBeNull()
})
