import { afterAll, beforeAll, expect, test } from 'vitest'
import { countAudioTicks, findSoundEnd } from './audio-frames.ts'
import { openStudio, tone } from './test-ffmpeg.ts'

const studio = openStudio()
beforeAll(async () => {
  for (const rate of [8000, 44_100, 48_000]) {
    await studio.make(...tone(1), '-c:a', 'aac', '-ar', String(rate), '-f', 'adts', `${rate}.aac`)
  }
})
afterAll(() => studio.remove())

test.each([8000, 44_100, 48_000])('AAC of %i Hz is as long as its frames', (rate) => {
  const bytes = studio.read(`${rate}.aac`)
  // A second and the encoder’s run-up, in frames of 1,024 samples.
  const seconds = countAudioTicks(bytes) / 90_000
  const frames = (seconds * rate) / 1024
  expect(Math.abs(frames - Math.round(frames))).toBeLessThan(0.01)
  expect(seconds).toBeGreaterThanOrEqual(1)
  expect(seconds).toBeLessThan(1 + (3 * 1024) / rate)
})

test('what is no AAC has no length', () => {
  expect(countAudioTicks(Buffer.alloc(500, 0x55))).toBe(0)
  expect(countAudioTicks(Buffer.alloc(0))).toBe(0)
})

test('a frame that says it has no bytes ends the count', () => {
  expect(countAudioTicks(Buffer.from([0xff, 0xf1, 0x4c, 0, 0, 0, 0, 0]))).toBe(0)
})

test('sound of another codec lasts as long as the packet before', () => {
  expect(findSoundEnd(5000, 3000, Buffer.alloc(500, 0x55))).toBe(7000)
  expect(findSoundEnd(500_000, 3000, Buffer.alloc(500, 0x55))).toBe(545_000)
})
