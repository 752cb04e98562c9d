import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createPesScanner, type Pes } from './pes-scanner.ts'
import type { Program } from './program.ts'
import {
  AUDIO_PID,
  type CraftedFrame,
  craftPacket,
  craftPesHeader,
  craftStream,
  craftTables,
  H264_AND_AAC,
  VIDEO_PID,
} from './test-packets.ts'

function scan(chunks: readonly Uint8Array[], from: { baseOffset: number; known: Program | null }): Pes[] {
  const found: Pes[] = []
  const scanner = createPesScanner((pes) => found.push(pes), from)
  for (const chunk of chunks) scanner.push(chunk)
  scanner.finish()
  return found
}
const scanAll = (bytes: Uint8Array): Pes[] => scan([bytes], { baseOffset: 0, known: null })

const PROGRAM: Program = {
  video: { pid: VIDEO_PID, codec: 'h264' },
  audio: { pid: AUDIO_PID, codec: 'aac' },
  patPmt: '',
}
const FRAMES = Array.from({ length: 40 }, (_, n): CraftedFrame => {
  const track = n % 3 === 2 ? 'audio' : 'video'
  const pts = 2 ** 33 - 20 * 3600 + n * 3600
  const dts = track === 'audio' ? pts : pts - 1800
  return { track, pts: pts % 2 ** 33, dts: dts % 2 ** 33, isKey: n % 9 === 0, packets: 1 + (n % 5) }
})
const STREAM = craftStream(FRAMES)

test('every frame is told, with its place, its times across the wrap, and whether it is a keyframe', () => {
  let offset = 2 * 188
  const expected = FRAMES.map(({ track, pts, dts, isKey, packets }): Pes => {
    const pes = { track, offset, pts, dts, isKey: isKey && track === 'video' }
    offset += packets * 188
    return pes
  })
  const found = scanAll(STREAM).toSorted((a, b) => a.offset - b.offset)
  expect(found).toEqual(expected)
})

test.each([1, 7, 187, 188, 189, 1000])('chunks of %i bytes make no difference', (length) => {
  const chunks = Array.from({ length: Math.ceil(STREAM.length / length) }, (_, n) =>
    STREAM.subarray(n * length, (n + 1) * length),
  )
  expect(scan(chunks, { baseOffset: 0, known: null })).toEqual(scanAll(STREAM))
})

test('chunks may be used again by who gave them', () => {
  const chunk = Buffer.alloc(100)
  const found: Pes[] = []
  const scanner = createPesScanner((pes) => found.push(pes), { baseOffset: 0, known: null })
  for (let at = 0; at < STREAM.length; at += chunk.length) {
    const length = STREAM.copy(chunk, 0, at)
    scanner.push(chunk.subarray(0, length))
    chunk.fill(0xff)
  }
  scanner.finish()
  expect(found).toEqual(scanAll(STREAM))
})

test('begun in the middle, with the program known, it finds what begins from there on', () => {
  const from = 20 * 188
  const found = scan([STREAM.subarray(from)], { baseOffset: from, known: PROGRAM })
  expect(found).toEqual(scanAll(STREAM).filter(({ offset }) => offset >= from))
  const askew = scan([STREAM.subarray(from + 50)], { baseOffset: from + 50, known: PROGRAM })
  expect(askew).toEqual(scanAll(STREAM).filter(({ offset }) => offset >= from + 50))
})

test('broken bytes cost what they hit and no more', () => {
  const at = 2 * 188 + 188 * 30
  const hurt = Buffer.concat([STREAM.subarray(0, at), randomBytes(333).fill(0x11), STREAM.subarray(at)])
  const shifted = scanAll(STREAM).map((pes) => (pes.offset < at ? pes : { ...pes, offset: pes.offset + 333 }))
  expect(scanAll(hurt)).toEqual(shifted)
})

test('noise holds nothing, and ends', () => {
  expect(scanAll(randomBytes(100_000))).toEqual([])
  expect(scanAll(Buffer.alloc(100_000, 0x47))).toEqual([])
  expect(scanAll(Buffer.alloc(0))).toEqual([])
})

const header = craftPesHeader(0xe0, 9000, 9000)
const untimed = [0, 0, 1, 0xe0, 0, 0, 0x80, 0, 0]
const IDR = [0, 0, 1, 0x65, 0x88]
const SLICE = [0, 0, 1, 0x41, 0x88]
const SEI = (bytes: number): number[] => [0, 0, 1, 6, 5, ...Array(bytes).fill(0x33)]
const video = (isStart: boolean, payload: readonly number[]) => craftPacket(VIDEO_PID, isStart, payload)
const stream = (...packets: readonly Buffer[]) => Buffer.concat([craftTables(H264_AND_AAC), ...packets])

test.each([
  ['an IDR picture', [video(true, [...header, ...IDR])], true],
  ['another picture', [video(true, [...header, ...SLICE])], false],
  ['parameters before a picture', [video(true, [...header, 0, 0, 1, 0x67, 1, ...SLICE])], true],
  ['a message longer than a packet', [video(true, [...header, ...SEI(140)]), video(false, IDR)], true],
  [
    'a start code across two packets',
    [video(true, [...header, ...SEI(140), 0, 0]), video(false, [1, 0x65, 0x88])],
    true,
  ],
  [
    'a header across two packets',
    [video(true, [...header, ...SEI(140), 0, 0, 1]), video(false, [0x65, 0x88])],
    true,
  ],
  [
    'a frame across two PES packets, the second without a timestamp',
    [video(true, [...header, 0, 0, 1, 9, 0xf0]), video(true, [...untimed, ...IDR])],
    true,
  ],
  ['a frame that ends before it is known', [video(true, [...header, ...SEI(20)])], false],
])('%s is told for what it is', (_, packets, isKey) => {
  const found = scanAll(stream(...packets, video(true, [...craftPesHeader(0xe0, 18000, 18000), ...SLICE])))
  expect(found.map((pes) => [pes.pts, pes.isKey])).toEqual([
    [9000, isKey],
    [18000, false],
  ])
})

test('a picture that says that decoding can begin with it is believed', () => {
  const packet = video(true, [...header, ...SLICE])
  packet[5] = 0x40
  expect(scanAll(stream(packet))[0]?.isKey).toBe(true)
})

test.each([
  ['an IDR picture', 19, true],
  ['a clean random access', 21, true],
  ['parameters', 32, true],
  ['another picture', 1, false],
])('of H.265, %s is told for what it is', (_, type, isKey) => {
  const tables = craftTables([[0x24, VIDEO_PID]])
  const packet = video(true, [...header, 0, 0, 1, type << 1, 1, 0x88])
  expect(scanAll(Buffer.concat([tables, packet]))).toMatchObject([{ isKey }])
})

test('the last sound is kept, its header left out', () => {
  const sound = craftPesHeader(0xc0, 9000, 9000)
  const scanner = createPesScanner(() => {}, { baseOffset: 0, known: PROGRAM })
  scanner.push(craftPacket(AUDIO_PID, true, [...sound, 1, 2, 3]))
  scanner.push(craftPacket(AUDIO_PID, true, [...sound, 4, 5]))
  scanner.push(craftPacket(AUDIO_PID, false, [6, 7]))
  scanner.finish()
  expect([...scanner.lastAudio()]).toEqual([4, 5, 6, 7])
})
