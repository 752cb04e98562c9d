import { describe, expect, test } from 'vitest'
import { TICKS_PER_SECOND } from './clock.ts'
import { buildKeyframeIndex, type KeyframeIndex } from './keyframe-index.ts'
import { type CraftedFrame, craftStream } from './test-packets.ts'

const PACKET_BYTES = 188
const TABLES_BYTES = 2 * PACKET_BYTES
const WRAP = 2 ** 33

/** Frames of one packet each: `v12.5K` is a keyframe at 12.5 s, `a3` sound at 3 s. */
function craft(text: string, startPts: number): Buffer {
  const frames = text.split(' ').map((word): CraftedFrame => {
    const pts = (startPts + Math.round(Number.parseFloat(word.slice(1)) * TICKS_PER_SECOND) + WRAP) % WRAP
    const track = word.startsWith('a') ? 'audio' : 'video'
    return { track, pts, dts: pts, isKey: word.endsWith('K'), packets: 1 }
  })
  return craftStream(frames)
}

async function* inChunks(bytes: Buffer, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}

/** The index with offsets as frame numbers and times in seconds. */
async function index(text: string, startPts = 1000) {
  const bytes = craft(text, startPts)
  const built: KeyframeIndex = await buildKeyframeIndex(inChunks(bytes, 100))
  expect(built.sizeBytes).toBe(bytes.length)
  return {
    frames: built.offsets.map((offset) => (offset - TABLES_BYTES) / PACKET_BYTES),
    seconds: built.ticks.map((ticks) => ticks / TICKS_PER_SECOND),
    breaks: built.breaks,
    durationSeconds: built.durationSeconds,
  }
}

test('keyframes are listed with their times since the start', async () => {
  expect(await index('v0K v1 v2K v3 v4')).toEqual({
    frames: [0, 2],
    seconds: [0, 2],
    breaks: [],
    durationSeconds: 4.5,
  })
})

test('the start is the earlier of picture and sound', async () => {
  expect(await index('v1K a0.5 v2K a1.5')).toMatchObject({ seconds: [0.5, 1.5], durationSeconds: 2 })
})

test('a wrap of timestamps is no break', async () => {
  const wrapped = await index('v0K v1 v2K v3 v4', WRAP - 2 * TICKS_PER_SECOND)
  expect(wrapped).toEqual(await index('v0K v1 v2K v3 v4'))
})

test('a pause stays', async () => {
  expect(await index('v0K v0.1 v3000K v3000.1')).toMatchObject({
    seconds: [0, 3000],
    breaks: [],
    durationSeconds: 3000.2,
  })
})

describe('where timestamps begin anew', () => {
  test('they go on from where the old ones ended', async () => {
    expect(await index('v100K v100.1 v100.2 v5K v5.1 v6K v6.1')).toMatchObject({
      frames: [0, 3, 5],
      seconds: [0, 0.3, 1.3].map((seconds) => expect.closeTo(seconds, 4)),
      breaks: [1],
      durationSeconds: expect.closeTo(1.5, 4),
    })
  })

  test('picture and sound together are one break', async () => {
    expect(await index('v9K a9 v10 a10 v0K a0 v1 a1 v2K')).toMatchObject({ frames: [0, 4, 8], breaks: [1] })
    expect(await index('v9K a9 v10 a10 a0 v0K v1 a1 v2K')).toMatchObject({
      frames: [0, 4, 5, 8],
      breaks: [1],
    })
  })

  test('a track that has not fallen yet keeps its time', async () => {
    const { frames, breaks, seconds } = await index('v9K a9 v10 a10 v0K a10.1 a0 v1K')
    expect(breaks).toEqual([1])
    expect(frames).toEqual([0, 4, 7])
    expect(seconds).toEqual(seconds.toSorted((a, b) => a - b))
  })

  test('again and again, each is one', async () => {
    expect(await index('v5K v6 v5K v6 v5K v6')).toMatchObject({ breaks: [1, 2], durationSeconds: 4.5 })
  })
})

describe('without a picture', () => {
  const sound = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, n) => `a${from + n}`).join(' ')

  test('sound is cut every ten seconds', async () => {
    expect(await index(sound(0, 35))).toMatchObject({ frames: [0, 10, 20, 30], seconds: [0, 10, 20, 30] })
  })

  test('for a while only, sound is cut there', async () => {
    expect((await index(`v0K v1 ${sound(0, 25)} v25K`)).seconds).toEqual([0, 11, 21, 25])
  })
})

test.each([
  ['nothing', Buffer.alloc(0)],
  ['tables alone', craftStream([])],
  ['no transport stream', Buffer.alloc(5000, 1)],
])('%s cannot be indexed', async (_, bytes) => {
  await expect(buildKeyframeIndex(inChunks(bytes, 1000))).rejects.toMatchObject({
    code: 'archive-container-unknown',
  })
})
