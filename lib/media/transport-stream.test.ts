import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildKeyframeIndex } from './keyframe-index.ts'
import { AAC, countReads, h264, openStudio, picture, probePackets, tone } from './test-ffmpeg.ts'
import { craftStream, craftTables, H264_AND_AAC } from './test-packets.ts'
import { openTransportStream } from './transport-stream.ts'

const studio = openStudio()
const { signal } = new AbortController()
const FRAME_SECONDS = 1 / 25

beforeAll(async () => {
  const both = (seconds: number) => [...picture(seconds, '192x108'), ...tone(seconds)]
  await studio.make(...both(30), ...h264(50), ...AAC, 'both.ts')
  await studio.make(...picture(30, '192x108'), ...tone(31.7), ...h264(250), ...AAC, 'longer-sound.ts')
  await studio.make(...picture(31.7, '192x108'), ...tone(30), ...h264(250), ...AAC, 'longer-picture.ts')
  await studio.make(...tone(12.34), ...AAC, 'sound.ts')
  await studio.make(...tone(12.34), '-c:a', 'aac', '-b:a', '8k', '-ar', '8000', 'low-sound.ts')
  await studio.make(...tone(12.34), '-c:a', 'mp2', 'mp2.ts')
  await studio.make(...both(2), ...h264(10), ...AAC, 'dense.ts')
  await studio.make(...both(0.4), ...h264(50), ...AAC, 'short.ts')
  const copy = ['-i', studio.path('both.ts'), '-c', 'copy']
  await studio.make(...copy, '-an', 'picture.ts')
  await studio.make(...copy, '-output_ts_offset', '95420', 'wrapped.ts')
  await studio.make(...copy, '-output_ts_offset', '95400', 'nearly-wrapped.ts')
  await studio.make(...copy, '-muxdelay', '0', '-muxpreload', '0', 'from-zero.ts')
}, 60_000)
afterAll(() => studio.remove())

async function open(name: string) {
  const bytes = studio.read(name)
  const { read, counted } = countReads(bytes)
  return { stream: await openTransportStream(read, bytes.length, signal), counted, bytes, read }
}

describe('a transport stream', () => {
  test.each([
    ['both.ts', true, true],
    ['longer-sound.ts', true, true],
    ['longer-picture.ts', true, true],
    ['sound.ts', false, true],
    ['low-sound.ts', false, true],
    ['picture.ts', true, false],
    ['wrapped.ts', true, true],
    ['nearly-wrapped.ts', true, true],
    ['from-zero.ts', true, true],
    ['short.ts', true, true],
  ])(
    '%s is as long as ffprobe says, to a frame, and its head and tail tell',
    async (name, hasVideo, hasAudio) => {
      const { stream, counted, bytes, read } = await open(name)
      const probed = await probePackets(studio.path(name))
      expect(Math.abs(stream.durationSeconds - probed)).toBeLessThanOrEqual(FRAME_SECONDS)
      expect(stream).toMatchObject({ hasVideo, hasAudio, beginsAnew: false, sizeBytes: bytes.length })
      expect(counted.bytes).toBeLessThan(400_000)
      // A pass over all of it says the same.
      const index = await buildKeyframeIndex(read({ start: 0, end: bytes.length }, signal))
      const isAac = stream.audio?.codec !== 'other'
      if (isAac) expect(index.durationSeconds).toBe(stream.durationSeconds)
    },
  )

  test('with sound of another codec than AAC is about as long as ffprobe says', async () => {
    const { stream } = await open('mp2.ts')
    const probed = await probePackets(studio.path('mp2.ts'))
    expect(Math.abs(stream.durationSeconds - probed)).toBeLessThan(0.25)
  })

  test('says how far apart its keyframes are, where its head shows two', async () => {
    expect((await open('dense.ts')).stream.keyframeSeconds).toBeCloseTo(0.4, 5)
    expect((await open('sound.ts')).stream.keyframeSeconds).toBeNull()
  })

  test('is plain JSON, and holds nothing of picture or sound', async () => {
    const { stream } = await open('both.ts')
    expect(JSON.parse(JSON.stringify(stream))).toEqual(stream)
    expect(JSON.stringify(stream).length).toBeLessThan(1200)
    const packets = Buffer.from(stream.patPmt, 'base64')
    expect([packets.length % 188, packets[0], packets[188]]).toEqual([0, 0x47, 0x47])
  })
})

describe('a stream with nothing to play is refused', () => {
  const empty = Buffer.concat([craftTables(H264_AND_AAC), ...Array(50).fill(craftTables(H264_AND_AAC))])
  test.each([
    ['tables alone', empty],
    ['frames without tables', craftStream([]).fill(0x47, 4)],
    ['zeros', Buffer.alloc(188 * 50)],
    ['nothing', Buffer.alloc(0)],
  ])('%s', async (_, bytes) => {
    const { read } = countReads(bytes)
    await expect(openTransportStream(read, bytes.length, signal)).rejects.toMatchObject({
      code: 'archive-container-unknown',
    })
  })
})

test('tables that come late are found', async () => {
  const bytes = studio.read('both.ts')
  const filler = Buffer.alloc(188, 0xff)
  filler.set([0x47, 0x1f, 0xff, 0x10])
  const late = Buffer.concat([...Array(2000).fill(filler), bytes])
  const { read } = countReads(late)
  const stream = await openTransportStream(read, late.length, signal)
  expect(stream.durationSeconds).toBe((await open('both.ts')).stream.durationSeconds)
})

test('a tail without timestamps is read on from', async () => {
  const bytes = studio.read('both.ts')
  const filler = Buffer.alloc(188, 0xff)
  filler.set([0x47, 0x1f, 0xff, 0x10])
  const padded = Buffer.concat([bytes, ...Array(3000).fill(filler)])
  const { read } = countReads(padded)
  const stream = await openTransportStream(read, padded.length, signal)
  expect(stream.durationSeconds).toBe((await open('both.ts')).stream.durationSeconds)
})
