import { describe, expect, test } from 'vitest'
import { TICKS_PER_SECOND } from './clock.ts'
import type { Frame } from './frames.ts'
import { judgeBorder } from './judge-border.ts'

/** A border at 40 s; the one before it lies at 20 s. */
const border = { ticks: 40 * TICKS_PER_SECOND, gridTicks: 20 * TICKS_PER_SECOND }
const end = { offset: 1_000_000, ticks: 400 * TICKS_PER_SECOND }

/** Frames at such seconds, each beginning at a hundred times its number; `K` makes a keyframe. */
function frames(text: string): Frame[] {
  return text.split(' ').map((word, at): Frame => {
    const ticks = Number.parseFloat(word) * TICKS_PER_SECOND
    return { offset: at * 100, ticks, shownTicks: ticks, isKey: word.endsWith('K') }
  })
}

function judge(text: string, isFirst = false): number | null {
  return judgeBorder({ frames: frames(text), isFirst, next: end }, border)?.offset ?? null
}

describe('a border lies', () => {
  test.each([
    ['at the last keyframe before its time', '29 30K 31 35K 39 41', 300],
    ['at a keyframe of just its time', '30K 39 40K 41', 200],
    ['not at a keyframe after its time', '30K 39 40.1K 41', 0],
    ['at the first frame after its time, where its part has no keyframe', '10K 15 18 25 39 41', 500],
    ['not at a keyframe that is the border’s before it', '17 20K 21 39 41', 400],
  ])('%s', (_, text, offset) => {
    expect(judge(text)).toBe(offset)
  })

  test('where a picture shown late does not hide the keyframe it waits for', () => {
    const late = frames('18 20.5K 20.9 30 41')
    const leading = late.map((frame, at) =>
      at === 2 ? { ...frame, shownTicks: 19 * TICKS_PER_SECOND } : frame,
    )
    expect(judgeBorder({ frames: leading, isFirst: false, next: end }, border)?.offset).toBe(100)
  })

  test('at the end of what there is, where nothing comes after its time', () => {
    const next = { offset: 1234, ticks: 41 * TICKS_PER_SECOND }
    expect(judgeBorder({ frames: frames('15 25 39'), isFirst: false, next }, border)).toEqual(next)
  })
})

describe('more frames are asked for', () => {
  test.each([
    ['while none lies before the border', '41 42 43'],
    ['while neither a keyframe nor the border before is seen', '25 30 39 41'],
    ['while there are fewer than a pause shares out', '38 39 120K'],
  ])('%s', (_, text) => {
    expect(judge(text)).toBeNull()
  })

  test.each([
    ['41 42 43', 0],
    ['25 30 39 41', 300],
    ['38 39 120K', 0],
  ])('but not where there are none: %s', (text, offset) => {
    expect(judge(text, true)).toBe(offset)
  })
})

describe('in a pause with several borders', () => {
  test('each gets a frame before the pause, and the last all that follows', () => {
    const text = '10 35K 36 37 38 39 110K 111'
    const at = (seconds: number) =>
      judgeBorder(
        { frames: frames(text), isFirst: false, next: end },
        { ...border, ticks: seconds * TICKS_PER_SECOND },
      )?.offset
    expect([40, 60, 80, 100].map(at)).toEqual([100, 400, 500, 600])
  })

  test('a keyframe too near to the pause is passed over', () => {
    expect(judge('10 36 37 38 39K 110K 111')).toBe(200)
  })
})

describe('where timestamps fall back', () => {
  test('the frames before are on another clock, and no keyframe of theirs counts', () => {
    expect(judge('90 91K 25 30 39 41')).toBe(500)
  })
})
