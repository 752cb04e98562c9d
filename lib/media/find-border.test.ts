import { afterAll, beforeAll, expect, test } from 'vitest'
import { countSegments, planCutting } from './cutting.ts'
import { type Borders, findSegment } from './find-segment.ts'
import { AAC, type Counted, countReads, h264, openStudio, picture, tone } from './test-ffmpeg.ts'
import { openTransportStream } from './transport-stream.ts'

const studio = openStudio()
const { signal } = new AbortController()
const MB = 1e6

// Livelier now and then, and of a length that puts its keyframes nowhere in particular on the grid.
beforeAll(async () => {
  await studio.make(
    ...[...picture(57, '640x360'), ...tone(57), '-vf', "noise=alls=10:allf=t:enable='lt(mod(t,19),8)'"],
    ...[...h264(250), '-b:v', '900k', '-maxrate', '1800k', '-bufsize', '3M', ...AAC, 'once.ts'],
  )
  await studio.make('-stream_loop', '15', '-i', studio.path('once.ts'), '-c', 'copy', 'large.ts')
}, 60_000)
afterAll(() => studio.remove())

/** What finding each segment costs, asked for one after the other. */
async function countCosts(bordersFor: (n: number) => Borders): Promise<Counted[]> {
  const bytes = studio.read('large.ts')
  expect(bytes.length).toBeGreaterThan(100 * MB)
  const { read, counted } = countReads(bytes)
  const stream = await openTransportStream(read, bytes.length, signal)
  expect(counted.bytes).toBeLessThan(0.4 * MB)
  const cutting = planCutting(stream, null)
  const costs: Counted[] = []
  for (let n = 0; n < countSegments(cutting); n += 1) {
    const before = { ...counted }
    await findSegment(read, { stream, cutting, n, borders: bordersFor(n) }, signal)
    costs.push({ reads: counted.reads - before.reads, bytes: counted.bytes - before.bytes })
  }
  return costs
}

function summarise(costs: readonly number[]): { median: number; most: number } {
  const sorted = costs.toSorted((a, b) => a - b)
  return { median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN, most: sorted.at(-1) ?? Number.NaN }
}

test('played through, a large recording takes few and small reads to find each segment', async () => {
  const borders: Borders = new Map()
  const costs = await countCosts(() => borders)
  const reads = summarise(costs.map((cost) => cost.reads))
  const bytes = summarise(costs.map((cost) => cost.bytes))
  expect(costs.length).toBeGreaterThan(40)
  expect(reads.median).toBeLessThanOrEqual(6)
  expect(bytes.median).toBeLessThanOrEqual(1.5 * MB)
  expect(reads.most).toBeLessThanOrEqual(12)
  expect(bytes.most).toBeLessThanOrEqual(5 * MB)
})

test('sought into, it takes those of two borders', async () => {
  const costs = await countCosts(() => new Map())
  const reads = summarise(costs.map((cost) => cost.reads))
  const bytes = summarise(costs.map((cost) => cost.bytes))
  expect(reads.median).toBeLessThanOrEqual(10)
  expect(bytes.median).toBeLessThanOrEqual(3 * MB)
  expect(reads.most).toBeLessThanOrEqual(20)
  expect(bytes.most).toBeLessThanOrEqual(8 * MB)
})
