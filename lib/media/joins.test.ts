import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ByteRange } from '../http/byte-range.ts'
import { type Cutting, countSegments, planCutting } from './cutting.ts'
import { type Borders, findSegment, type Segment } from './find-segment.ts'
import { buildKeyframeIndex } from './keyframe-index.ts'
import {
  AAC,
  checksumPackets,
  checksumPictures,
  countReads,
  ffprobe,
  h264,
  openStudio,
  picture,
  tone,
} from './test-ffmpeg.ts'
import { openTransportStream, type TransportStream } from './transport-stream.ts'

const studio = openStudio()
const { signal } = new AbortController()
const SIZE = '192x108'

beforeAll(async () => {
  const pause = (after: number, seconds: number): string =>
    `setpts=PTS+if(gt(T\\,${after})\\,${seconds}\\,0)/TB`
  const both = (seconds: number) => [...picture(seconds, SIZE), ...tone(seconds)]
  const forced = '0,3,4,11,25,26,50,71,71.2'
  await inTwos([
    () => studio.make(...both(75), ...h264(250), ...AAC, 'even.ts'),
    () => studio.make(...both(75), ...h264(50), ...AAC, 'dense.ts'),
    () => studio.make(...both(95), ...h264(9999), '-force_key_frames', forced, ...AAC, 'irregular.ts'),
    () => studio.make(...both(110), ...h264(900), ...AAC, 'sparse.ts'),
    () =>
      studio.make(
        ...[...both(75), ...h264(250), '-fps_mode', 'passthrough', ...AAC],
        ...['-vf', pause(33, 130), '-af', `a${pause(33, 130)}`, 'paused.ts'],
      ),
    () => studio.make(...picture(31, SIZE), ...tone(75), ...h264(250), ...AAC, 'dark.ts'),
    () =>
      studio.make(
        ...[...picture(40, '256x144'), ...tone(40), ...h264(250), ...AAC],
        ...['-output_ts_offset', '75', 'larger.ts'],
      ),
  ])
  await studio.make('-i', studio.path('even.ts'), '-c', 'copy', '-an', 'video.ts')
  await studio.make('-i', studio.path('even.ts'), '-c', 'copy', '-vn', 'audio.ts')
  await studio.make('-i', studio.path('even.ts'), '-c', 'copy', '-output_ts_offset', '95400', 'wrapped.ts')
  const join = (...names: string[]) => Buffer.concat(names.map((name) => studio.read(name)))
  studio.write('resized.ts', join('even.ts', 'larger.ts'))
  studio.write('anew.ts', join('even.ts', 'dense.ts', 'video.ts'))
  await studio.make('-t', '30', '-i', studio.path('dense.ts'), '-c', 'copy', 'short.ts')
  studio.write('backward.ts', join('larger.ts', 'short.ts'))
}, 120_000)

afterAll(() => studio.remove())

const NAMES = [
  ['keyframes every 10 s', 'even'],
  ['keyframes every 2 s', 'dense'],
  ['keyframes at odd times', 'irregular'],
  ['keyframes every 36 s', 'sparse'],
  ['a pause of more than two minutes', 'paused'],
  ['a picture that grows in the middle', 'resized'],
  ['timestamps that begin anew, twice', 'anew'],
  ['a picture that ends long before the sound', 'dark'],
  ['timestamps that wrap', 'wrapped'],
  ['no sound', 'video'],
  ['no picture', 'audio'],
] as const

const WAYS = ['unscanned', 'scanned'] as const
type Way = (typeof WAYS)[number]
const CASES = NAMES.flatMap(([what, name]) => WAYS.map((way): [string, string, Way] => [what, name, way]))

type Cut = {
  readonly bytes: Buffer
  readonly stream: TransportStream
  readonly cutting: Cutting
  readonly segments: readonly Segment[]
}

const cuts = new Map<string, Promise<Cut>>()
function cutStream(name: string, way: Way): Promise<Cut> {
  const known = cuts.get(name + way) ?? cutAnew(name, way)
  cuts.set(name + way, known)
  return known
}

async function cutAnew(name: string, way: Way): Promise<Cut> {
  const bytes = studio.read(`${name}.ts`)
  const { read } = countReads(bytes)
  const stream = await openTransportStream(read, bytes.length, signal)
  const index = way === 'scanned' ? await buildKeyframeIndex(read(whole(bytes), signal)) : null
  const cutting = planCutting(stream, index)
  const borders: Borders = new Map()
  const segments: Segment[] = []
  for (let n = 0; n < countSegments(cutting); n += 1) {
    segments.push(await findSegment(read, { stream, cutting, n, borders }, signal))
  }
  return { bytes, stream, cutting, segments }
}

function whole(bytes: Uint8Array): ByteRange {
  return { start: 0, end: bytes.length }
}

/** As it is sent. */
function render({ bytes, stream }: Cut, { range }: Segment): Buffer {
  return Buffer.concat([Buffer.from(stream.patPmt, 'base64'), bytes.subarray(range.start, range.end)])
}

const checksums = new Map<string, Promise<string>>()
function checksumsOf(name: string): Promise<string> {
  const known = checksums.get(name) ?? checksumPackets(studio.path(`${name}.ts`))
  checksums.set(name, known)
  return known
}

test.each(CASES)('with %s (%s, %s), the segments are the whole stream', async (_, name, way) => {
  const cut = await cutStream(name, way)
  const { segments, bytes } = cut
  expect(segments.length).toBeGreaterThan(2)
  expect(segments[0]?.range.start).toBe(0)
  expect(segments.at(-1)?.range.end).toBe(bytes.length)
  expect(segments.at(-1)?.toSeconds).toBe(cut.cutting.durationSeconds)
  for (const [n, { range, fromSeconds, toSeconds }] of segments.entries()) {
    expect(range.end).toBeGreaterThan(range.start)
    expect(toSeconds).toBeGreaterThan(fromSeconds)
    const next = segments[n + 1]
    if (next) expect([next.range.start, next.fromSeconds]).toEqual([range.end, toSeconds])
  }
  studio.write('joined.ts', Buffer.concat(segments.map((segment) => render(cut, segment))))
  const joined = await checksumPackets(studio.path('joined.ts'))
  expect(joined.split('\n').length).toBeGreaterThan(1000)
  expect(joined).toBe(await checksumsOf(name))
})

type Keyframe = { readonly offset: number; readonly seconds: number }

/** Where ffprobe sees keyframes: bytes, and seconds since the start. */
async function probeKeyframes(name: string): Promise<Keyframe[]> {
  const told = await ffprobe(
    ...[studio.path(`${name}.ts`), '-select_streams', 'v'],
    ...['-show_entries', 'format=start_time:packet=pts_time,pos,flags'],
  )
  const lines = told.trim().split('\n')
  const start = Number(lines.pop())
  return lines
    .map((line) => line.split(','))
    .filter(([, , flags]) => flags?.startsWith('K'))
    .map(([seconds, offset]) => ({ offset: Number(offset), seconds: Number(seconds) - start }))
}

const probed = new Map<string, Promise<Keyframe[]>>()
function keyframesOf(name: string): Promise<Keyframe[]> {
  const known = probed.get(name) ?? probeKeyframes(name)
  probed.set(name, known)
  return known
}

const STEADY = ['even', 'dense', 'irregular', 'sparse', 'paused', 'resized', 'wrapped', 'video']

test.each(STEADY)('unscanned, %s is cut at the last keyframe before each border', async (name) => {
  const { segments, cutting } = await cutStream(name, 'unscanned')
  if (cutting.kind !== 'grid') throw new Error(cutting.kind)
  const keyframes = await keyframesOf(name)
  let found = 0
  for (const { range, fromSeconds } of segments.slice(1)) {
    const last = keyframes.findLast(({ seconds }) => seconds <= fromSeconds)
    if (!last || last.seconds <= fromSeconds - cutting.gridSeconds) continue
    found += 1
    expect(range.start).toBe(last.offset)
  }
  expect(found).toBeGreaterThan(1)
})

test.each([...STEADY, 'anew'])(
  'scanned, %s is cut at keyframes, at least ten seconds apart',
  async (name) => {
    const { segments } = await cutStream(name, 'scanned')
    const offsets = (await keyframesOf(name)).map(({ offset }) => offset)
    for (const { range } of segments.slice(1)) expect(offsets).toContain(range.start)
    const short = segments.slice(0, -1).filter(({ fromSeconds, toSeconds }) => toSeconds - fromSeconds < 9.9)
    expect(short.length).toBe(name === 'anew' ? short.length : 0)
  },
)

const DECODED = ['even', 'irregular'].flatMap((name) => WAYS.map((way): [string, Way] => [name, way]))

test.each(DECODED)('each segment of %s, alone, decodes from its first picture (%s)', async (name, way) => {
  const cut = await cutStream(name, way)
  const alone: string[] = []
  for (const segment of cut.segments) {
    studio.write('alone.ts', render(cut, segment))
    alone.push(...hashes(await checksumPictures(studio.path('alone.ts'))))
  }
  expect(alone).toEqual(hashes(await checksumPictures(studio.path(`${name}.ts`))))
})

/** What the decoder says of each picture; a complaint stands among them. */
function hashes(checksums: string): string[] {
  return checksums
    .trim()
    .split('\n')
    .map((line) => line.split(',').at(-1)?.trim() ?? '')
}

test('timestamps that begin anew are said to, in a scanned stream', async () => {
  const { cutting, segments, stream } = await cutStream('anew', 'scanned')
  const starts = [studio.read('even.ts').length, 0]
  starts[1] = (starts[0] ?? 0) + studio.read('dense.ts').length
  if (cutting.kind !== 'keyframes') throw new Error(cutting.kind)
  expect(cutting.discontinuities).toHaveLength(2)
  for (const [at, n] of cutting.discontinuities.entries()) {
    const start = segments[n]?.range.start ?? 0
    // Its tables are what it begins with, and belong to the segment before.
    expect(start - (starts[at] ?? 0)).toBeGreaterThanOrEqual(0)
    expect(start - (starts[at] ?? 0)).toBeLessThan(2000)
    expect(segments[n]?.fromSeconds).toBeCloseTo(75 * (at + 1), 0)
  }
  expect(cutting.durationSeconds).toBeCloseTo(225, 0)
  expect(stream.durationSeconds).toBeLessThan(80)
})

test.each([
  ['ends before it begins', 'backward', true, 70],
  ['is put together of several', 'anew', true, 225],
  ['is steady', 'even', false, 75],
  ['pauses', 'paused', false, 205],
])('a stream that %s (%s) is told by a few looks, and measured by a pass', async (_, name, anew, seconds) => {
  const bytes = studio.read(`${name}.ts`)
  const { read, counted } = countReads(bytes)
  const stream = await openTransportStream(read, bytes.length, signal)
  expect(stream.beginsAnew).toBe(anew)
  expect(counted.bytes).toBeLessThan(1_000_000)
  const index = await buildKeyframeIndex(read(whole(bytes), signal))
  expect(index.durationSeconds).toBeCloseTo(seconds, 0)
  if (!anew) expect(stream.durationSeconds).toBe(index.durationSeconds)
})

/** Two at a time, which is as many as run at once anyway. */
async function inTwos(tasks: readonly (() => Promise<void>)[]): Promise<void> {
  const waiting = [...tasks]
  const work = async () => {
    for (let task = waiting.shift(); task; task = waiting.shift()) await task()
  }
  await Promise.all([work(), work()])
}
