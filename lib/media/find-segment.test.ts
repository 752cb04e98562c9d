import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ReadRange } from '../http/byte-range.ts'
import { TICKS_PER_SECOND } from './clock.ts'
import { type Cutting, countSegments, planCutting, segmentStartSeconds } from './cutting.ts'
import { type Borders, findSegment } from './find-segment.ts'
import { readFrames } from './frames.ts'
import { judgeBorder } from './judge-border.ts'
import { countReads } from './test-ffmpeg.ts'
import { type CraftedFrame, craftStream } from './test-packets.ts'
import { openTransportStream, type TransportStream } from './transport-stream.ts'

const { signal } = new AbortController()

type Step = { readonly seconds: number; readonly isKey: boolean; readonly packets: number }

/** Pictures one after the other, each so long after the one before. */
function craft(steps: readonly Step[], startPts: number): Buffer {
  let pts = startPts
  const frames = steps.map(({ seconds, isKey, packets }, n): CraftedFrame => {
    if (n > 0) pts += Math.round(seconds * TICKS_PER_SECOND)
    return { track: 'video', pts, dts: pts, isKey: isKey || n === 0, packets }
  })
  return craftStream(frames)
}

type Opened = {
  readonly bytes: Buffer
  readonly read: ReadRange
  readonly stream: TransportStream
  readonly cutting: Cutting
  readonly counted: { reads: number; bytes: number }
}

async function open(bytes: Buffer): Promise<Opened> {
  const { read, counted } = countReads(bytes)
  const stream = await openTransportStream(read, bytes.length, signal)
  return { bytes, read, stream, cutting: planCutting(stream, null), counted }
}

/** The borders between all segments, asked for in some order. */
async function findBorders({ read, stream, cutting }: Opened, order: readonly number[]): Promise<number[]> {
  const borders: Borders = new Map()
  const starts: number[] = []
  for (const n of order) {
    const { range } = await findSegment(read, { stream, cutting, n, borders }, signal)
    starts[n] = range.start
    starts[n + 1] = range.end
  }
  return starts
}

function expectPartition(borders: readonly number[], { bytes, cutting }: Opened): void {
  expect(borders).toHaveLength(countSegments(cutting) + 1)
  expect(borders[0]).toBe(0)
  expect(borders.at(-1)).toBe(bytes.length)
  for (const [n, border] of borders.entries()) if (n > 0) expect(border).toBeGreaterThan(borders[n - 1] ?? 0)
}

/** The same borders, by looking at every frame there is. */
async function judgeBorders({ bytes, read, stream, cutting }: Opened): Promise<number[]> {
  if (cutting.kind !== 'grid') throw new Error(cutting.kind)
  const frames = await readFrames(read, { stream, range: { start: 0, end: bytes.length } }, signal)
  const next = { offset: bytes.length, ticks: stream.durationSeconds * TICKS_PER_SECOND }
  const gridTicks = cutting.gridSeconds * TICKS_PER_SECOND
  const inner = Array.from({ length: cutting.count - 1 }, (_, at) => {
    const ticks = segmentStartSeconds(cutting, at + 1) * TICKS_PER_SECOND
    return judgeBorder({ frames, isFirst: true, next }, { ticks, gridTicks })?.offset ?? -1
  })
  return [0, ...inner, bytes.length]
}

const step = (mostSeconds: number) =>
  fc.record({
    seconds: fc.double({ min: 0.02, max: mostSeconds, noNaN: true }),
    isKey: fc.boolean(),
    packets: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 60 })),
  })
const START_PTS = fc.oneof(fc.constant(0), fc.constant(2 ** 33 - 90_000 * 60), fc.nat(2 ** 33 - 1))
const orderOf = (count: number, seed: number): number[] =>
  Array.from({ length: count }, (_, n) => n).sort(
    (a, b) => ((a * seed) % 7919) - ((b * seed) % 7919) || a - b,
  )

describe('in any stream whose time goes on', () => {
  // Mostly even, sometimes seconds apart, and pauses long enough to skip borders.
  const steady = fc.array(
    fc.oneof(
      { weight: 100, arbitrary: step(0.2) },
      { weight: 10, arbitrary: step(3) },
      { weight: 1, arbitrary: step(200) },
    ),
    { minLength: 50, maxLength: 700, size: 'max' },
  )

  test('segments are found where every frame together says they are, in whatever order they are asked for', async () => {
    await fc.assert(
      fc.asyncProperty(
        steady,
        START_PTS,
        fc.integer({ min: 1, max: 7918 }),
        async (steps, startPts, seed) => {
          const opened = await open(craft(steps, startPts))
          const count = countSegments(opened.cutting)
          const borders = await findBorders(opened, orderOf(count, seed))
          expectPartition(borders, opened)
          // Where pauses ask for more pieces than there are frames, packets are shared out instead.
          const judged = await judgeBorders(opened)
          const isClear = judged.every((border, n) => n === 0 || border > (judged[n - 1] ?? 0))
          if (isClear) expect(borders).toEqual(judged)
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('in any stream at all', () => {
  const anything = fc.array(
    fc.record({
      pts: fc.oneof(fc.nat(90_000 * 300), fc.nat(2 ** 33 - 1)),
      isKey: fc.boolean(),
      packets: fc.integer({ min: 1, max: 60 }),
      track: fc.constantFrom('video' as const, 'video' as const, 'audio' as const),
      follows: fc.boolean(),
    }),
    { minLength: 1, maxLength: 300, size: 'max' },
  )

  test('segments are found, share out all bytes, and take a bounded number of reads', async () => {
    await fc.assert(
      fc.asyncProperty(anything, fc.integer({ min: 1, max: 7918 }), async (frames, seed) => {
        let last = 0
        const crafted = frames.map(({ pts, follows, ...frame }): CraftedFrame => {
          last = follows ? last + 3600 : pts
          return { ...frame, pts: last, dts: last }
        })
        const opened = await open(craftStream(crafted))
        const count = countSegments(opened.cutting)
        const some = orderOf(count, seed).slice(0, 30)
        const before = opened.counted.reads
        const borders: Borders = new Map()
        for (const n of some) {
          const wanted = { stream: opened.stream, cutting: opened.cutting, n, borders }
          const { range } = await findSegment(opened.read, wanted, signal)
          expect(range.end).toBeGreaterThan(range.start)
        }
        expect(opened.counted.reads - before).toBeLessThan(80 * 2 * some.length)
        const all = (await Promise.all(borders.values())).map(({ offset }) => offset)
        expect(new Set(all).size).toBe(all.length)
      }),
      { numRuns: 60 },
    )
  })
})

const minutes = (count: number): Step[] =>
  Array.from({ length: count * 60 * 10 }, (_, n) => ({ seconds: 0.1, isKey: n % 73 === 0, packets: 40 }))

describe('a segment', () => {
  test.each([-1, 1.5, Number.NaN, 1_000_000])('numbered %d is not found', async (n) => {
    const { read, stream, cutting } = await open(craft(minutes(1), 0))
    const wanted = { stream, cutting, n, borders: new Map() }
    await expect(findSegment(read, wanted, signal)).rejects.toMatchObject({ code: 'not-found' })
  })

  test('asked for by several at once is looked for once', async () => {
    const opened = await open(craft(minutes(3), 0))
    const { read, stream, cutting, counted } = opened
    const borders: Borders = new Map()
    const ask = () => findSegment(read, { stream, cutting, n: 3, borders }, signal)
    const before = counted.reads
    const first = await ask()
    const reads = counted.reads - before
    borders.clear()
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([first, first, first])
    expect(counted.reads - before).toBe(2 * reads)
    await ask()
    expect(counted.reads - before).toBe(2 * reads)
  })

  test('all asked for at once are those asked for in turn', async () => {
    const opened = await open(craft(minutes(4), 0))
    const { read, stream, cutting } = opened
    const borders: Borders = new Map()
    const numbers = Array.from({ length: countSegments(cutting) }, (_, n) => n)
    const found = await Promise.all(
      numbers.map((n) => findSegment(read, { stream, cutting, n, borders }, signal)),
    )
    expect([...found.map(({ range }) => range.start), opened.bytes.length]).toEqual(
      await findBorders(opened, numbers),
    )
  })

  test('is looked for again after a search that failed', async () => {
    const { read, stream, cutting } = await open(craft(minutes(3), 0))
    let isDown = true
    const flaky: ReadRange = (range, abort) => {
      if (isDown) throw new Error('down')
      return read(range, abort)
    }
    const borders: Borders = new Map()
    const ask = () => findSegment(flaky, { stream, cutting, n: 2, borders }, signal)
    await expect(ask()).rejects.toThrow('down')
    expect(borders.size).toBe(0)
    isDown = false
    expect((await ask()).range.start).toBeGreaterThan(0)
  })

  test('is found for one who waits when the one who asked first went away', async () => {
    const { read, stream, cutting } = await open(craft(minutes(3), 0))
    const leaving = new AbortController()
    const slow: ReadRange = async function* (range, abort) {
      await new Promise((resolve) => setTimeout(resolve, 5))
      abort.throwIfAborted()
      yield* read(range, abort)
    }
    const wanted = { stream, cutting, n: 2, borders: new Map() }
    const first = findSegment(slow, wanted, leaving.signal)
    const second = findSegment(slow, wanted, signal)
    leaving.abort()
    await expect(first).rejects.toThrow(/abort/i)
    expect((await second).range.start).toBeGreaterThan(0)
  })

  test('says its seconds as the playlist does', async () => {
    const { read, stream, cutting } = await open(craft(minutes(1), 0))
    const count = countSegments(cutting)
    for (let n = 0; n < count; n += 1) {
      const segment = await findSegment(read, { stream, cutting, n, borders: new Map() }, signal)
      expect(segment.fromSeconds).toBe(segmentStartSeconds(cutting, n))
      expect(segment.toSeconds).toBe(segmentStartSeconds(cutting, n + 1))
    }
  })
})
