import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { samplePath } from '../../e2e/stack/samples.ts'
import { openMp4 } from './mp4.ts'
import { AAC, countReads, h264, openStudio, picture, probeSeconds, tone } from './test-ffmpeg.ts'

const studio = openStudio()
const { signal } = new AbortController()

beforeAll(async () => {
  await studio.make(...picture(6, '192x108'), ...tone(6.3), ...h264(50), ...AAC, 'end.mp4')
  const copy = ['-i', studio.path('end.mp4'), '-c', 'copy']
  await studio.make(...copy, '-movflags', '+faststart', 'front.mp4')
  await studio.make(...copy, '-movie_timescale', '1000000000', 'fine.mp4')
  await studio.make(...copy, '-vn', 'sound.mp4')
  await studio.make(...copy, '-movflags', '+frag_keyframe+empty_moov', 'fragments.mp4')
  studio.write('wide.mp4', widen(studio.read('end.mp4')))
  studio.write('open.mp4', leaveOpen(studio.read('front.mp4')))
})
afterAll(() => studio.remove())

/** The header of `mdat` in its 64-bit form, into which ffmpeg leaves room to turn it. */
function widen(bytes: Buffer): Buffer {
  const at = bytes.indexOf('mdat') - 4
  expect(bytes.toString('latin1', at - 4, at)).toBe('free')
  const wide = Buffer.from(bytes)
  wide.writeUInt32BE(1, at - 8)
  wide.write('mdat', at - 4, 'latin1')
  wide.writeBigUInt64BE(BigInt(bytes.readUInt32BE(at) + 8), at)
  return wide
}

/** The last box without a size: it goes on to the end. */
function leaveOpen(bytes: Buffer): Buffer {
  const open = Buffer.from(bytes)
  open.writeUInt32BE(0, bytes.indexOf('mdat') - 4)
  return open
}

async function measure(bytes: Buffer): Promise<{ seconds: number; reads: number; bytes: number }> {
  const { read, counted } = countReads(bytes)
  const { durationSeconds } = await openMp4(read, bytes.length, signal)
  return { seconds: durationSeconds, ...counted }
}

describe('an MP4 is as long as ffprobe says, and is hardly read', () => {
  test.each([
    ['its index at the end', 'end.mp4'],
    ['its index in front', 'front.mp4'],
    ['its pictures and sound in a box of 64 bits', 'wide.mp4'],
    ['its last box going on to the end', 'open.mp4'],
    ['its duration in 64 bits', 'fine.mp4'],
    ['sound alone', 'sound.mp4'],
  ])('with %s', async (_, name) => {
    const measured = await measure(studio.read(name))
    expect(measured.seconds).toBeCloseTo(await probeSeconds(studio.path(name)), 2)
    expect(measured.seconds).toBeGreaterThan(5.9)
    expect(measured.reads).toBeLessThanOrEqual(4)
    expect(measured.bytes).toBeLessThanOrEqual(16_384)
  })

  test.each(['front.mp4', 'end.mp4', 'cloud.mp4'])('and so is %s', async (name) => {
    const { seconds } = await measure(readFileSync(samplePath(name)))
    expect(seconds).toBeCloseTo(await probeSeconds(samplePath(name)), 2)
  })

  test('in fragments it may not say', async () => {
    expect((await measure(studio.read('fragments.mp4'))).seconds).toBe(0)
  })
})

describe('an MP4 that is cut is told, wherever it is cut', () => {
  test.each(['end.mp4', 'front.mp4', 'wide.mp4', 'fine.mp4'])('%s', async (name) => {
    const bytes = studio.read(name)
    for (let size = 32; size < bytes.length; size += Math.ceil(bytes.length / 97)) {
      await expect(measure(bytes.subarray(0, size))).rejects.toMatchObject({ code: 'archive-cut' })
    }
    await expect(measure(bytes.subarray(0, -1))).rejects.toMatchObject({ code: 'archive-cut' })
  })
})

test.each([
  ['ciphertext', readFileSync(samplePath('encrypted.mp4'))],
  ['a transport stream’s noise', Buffer.alloc(5000, 0x47)],
  ['zeros', Buffer.alloc(5000)],
  ['nothing', Buffer.alloc(0)],
])('%s is no MP4', async (_, bytes) => {
  await expect(measure(bytes)).rejects.toMatchObject({ code: 'archive-container-unknown' })
})

test('padding behind the last box is no harm', async () => {
  const bytes = studio.read('end.mp4')
  const { seconds } = await measure(bytes)
  for (const padding of [Buffer.alloc(16), Buffer.alloc(16, 16), Buffer.alloc(5, 5)]) {
    expect((await measure(Buffer.concat([bytes, padding]))).seconds).toBe(seconds)
  }
})

test('an index that does not say how time is counted is refused', async () => {
  const bytes = studio.read('end.mp4')
  bytes.writeUInt32BE(0, bytes.indexOf('mvhd') + 16)
  await expect(measure(bytes)).rejects.toMatchObject({ code: 'archive-container-unknown' })
})

test('whatever is in it, an MP4 is read to an end', async () => {
  const bytes = studio.read('front.mp4')
  for (let n = 0; n < 500; n += 1) {
    const hurt = Buffer.from(bytes.subarray(0, 3000))
    for (let at = (n * 31) % 97; at < hurt.length; at += 97 + (n % 50)) hurt[at] = (n * at) % 256
    const { read, counted } = countReads(hurt)
    await openMp4(read, hurt.length, signal).catch((error) => expect(error.name).toBe('AppError'))
    expect(counted.reads).toBeLessThan(600)
  }
})
