import type { ByteRange, ReadRange } from '../http/byte-range.ts'
import { TICKS_PER_SECOND } from './clock.ts'
import { type Frame, readFrames } from './frames.ts'
import { type GridBorder, judgeBorder, type Place } from './judge-border.ts'
import { PACKET_BYTES } from './packet.ts'
import type { TransportStream } from './transport-stream.ts'

/** The border that is wanted, and the places between which it is looked for. */
export type BorderSearch = {
  readonly stream: TransportStream
  readonly border: GridBorder
  readonly lower: Place
  readonly upper: Place
  /** How far before its time the keyframe is thought to lie, where that can be guessed. */
  readonly lagTicks: number | null
}

/** All frames that begin between two bytes. */
type Region = ByteRange & { readonly frames: readonly Frame[] }

type Search = BorderSearch & {
  readonly scan: (start: number, end: number) => Promise<Region>
  readonly windowBytes: number
}

const KIB = 1024
const MIN_WINDOW_BYTES = 64 * KIB
const MAX_WINDOW_BYTES = 512 * KIB
const WINDOW_SECONDS = 0.5
/** A look is widened, and not moved, when what it wants lies within so many windows of it. */
const NEAR_WINDOWS = 4
/** A window without a frame in it is doubled up to this. */
const MAX_BARREN_BYTES = 2048 * KIB
/** Looks that trust the bit rate to be even, before every other one halves what is left. */
const TRUSTING_PROBES = 4
/** Halving alone comes down from a terabyte in half as many. */
const MAX_PROBES = 60
const MAX_STEP_BYTES = 4096 * KIB
/** So much is read at a time backwards, keyframes being up to ten seconds apart as a rule; then ever more. */
const BACK_SECONDS = [2.5, 2.5, 2.5, 2.5, 5, 10, 20]
/** Beyond where a keyframe is thought to lie. */
const LAG_MARGIN_SECONDS = 0.3
const MIN_BACK_BYTES = 64 * KIB
/** However odd the stream, widening ends here, and takes what it has. */
const MAX_WIDENED_BYTES = 64 * 1024 * KIB
/** As far behind a frame’s beginning as it may take to tell that it is a keyframe. */
const OVERLAP_BYTES = 32 * PACKET_BYTES

/**
 * Where a border of the grid lies, found by a handful of ranged reads: a window is read where its time should be, by the
 * times of those read before; the first that lies near is widened until it shows what `judgeBorder` needs.
 * Every read narrows what is left, so it ends with any stream.
 */
export async function findBorder(read: ReadRange, asked: BorderSearch, signal: AbortSignal): Promise<Place> {
  const { stream } = asked
  const scan = async (start: number, end: number) => {
    const frames = await readFrames(read, { stream, range: { start, end } }, signal)
    return { start, end, frames }
  }
  const search = { ...asked, scan, windowBytes: planWindowBytes(stream) }
  return widenBack(search, await widenAhead(search, await findNear(search)))
}

/** About half a second. */
function planWindowBytes({ sizeBytes, durationSeconds }: TransportStream): number {
  const bytes = (sizeBytes / Math.max(durationSeconds, 1)) * WINDOW_SECONDS
  return align(Math.min(MAX_WINDOW_BYTES, Math.max(MIN_WINDOW_BYTES, bytes)))
}

/** A region that has the border’s time within it or near it. */
async function findNear(search: Search): Promise<Region> {
  const { stream, scan, windowBytes } = search
  const nearBytes = NEAR_WINDOWS * windowBytes
  const nearTicks = (nearBytes / stream.sizeBytes) * stream.durationSeconds * TICKS_PER_SECOND
  const { ticks } = search.border
  let { lower, upper } = search
  for (let n = 0; n < MAX_PROBES && upper.offset - lower.offset > nearBytes; n += 1) {
    const start = planProbe({ lower, upper, ticks }, n, windowBytes)
    const region = await scanWindow(search, start, upper.offset)
    const first = region.frames[0]
    const last = region.frames.at(-1)
    if (first && last && first.ticks <= ticks + nearTicks && last.ticks >= ticks - nearTicks) return region
    if (first && last && first.ticks <= ticks) lower = last
    else upper = { offset: start, ticks: first?.ticks ?? upper.ticks }
  }
  return scan(lower.offset, upper.offset)
}

/** Where a window begins whose middle should have the time that is wanted. */
function planProbe(
  { lower, upper, ticks }: { readonly lower: Place; readonly upper: Place; readonly ticks: number },
  n: number,
  windowBytes: number,
): number {
  const trusts = n < TRUSTING_PROBES || n % 2 === 0
  const share = trusts ? (ticks - lower.ticks) / Math.max(1, upper.ticks - lower.ticks) : 0.5
  const middle = lower.offset + (upper.offset - lower.offset) * Math.min(1, Math.max(0, share))
  const start = Math.min(upper.offset - windowBytes, Math.max(lower.offset, middle - windowBytes / 2))
  return Math.max(lower.offset - (lower.offset % PACKET_BYTES) + PACKET_BYTES, align(start))
}

/** A window from `start` on, doubled until a frame begins in it. */
async function scanWindow({ scan, windowBytes }: Search, start: number, limit: number): Promise<Region> {
  for (let length = windowBytes; ; length *= 2) {
    const region = await scan(start, Math.min(start + length, limit))
    if (region.frames.length > 0 || region.end === limit || length >= MAX_BARREN_BYTES) return region
  }
}

/** Reads on until a frame is seen that comes after the border’s time. */
async function widenAhead(search: Search, near: Region): Promise<Region> {
  const { scan, windowBytes, upper } = search
  const { ticks } = search.border
  let region = near
  for (let step = 2 * windowBytes; region.end - near.end < MAX_WIDENED_BYTES; step = double(step)) {
    const last = region.frames.at(-1)
    if (region.end >= upper.offset || (last && last.ticks > ticks)) break
    // From the last frame on, because its end was not seen.
    const from = last?.offset ?? region.end
    const more = await scan(from, Math.min(region.end + step, upper.offset))
    const frames = region.frames.filter((frame) => frame.offset < from)
    region = { start: region.start, end: more.end, frames: [...frames, ...more.frames] }
  }
  return region
}

/** Reads on backwards until the border can be judged. */
async function widenBack(search: Search, near: Region): Promise<Place> {
  const { scan, border, lower, upper } = search
  let region = near
  for (let n = 0; ; n += 1) {
    const isFirst = region.start <= lower.offset || near.start - region.start >= MAX_WIDENED_BYTES
    const place = judgeBorder({ frames: region.frames, isFirst, next: upper }, border)
    if (place !== null || isFirst) return place ?? upper
    const start = Math.max(lower.offset, align(region.start - planBackBytes(search, region, n)))
    const more = await scan(start, Math.min(region.start + OVERLAP_BYTES, upper.offset))
    const frames = more.frames.filter((frame) => frame.offset < region.start)
    region = { start, end: region.end, frames: [...frames, ...region.frames] }
  }
}

/** By the bit rate seen so far, which may be far from the whole stream’s. */
function planBackBytes({ stream, border, lagTicks }: Search, { frames }: Region, n: number): number {
  const [first, last] = [frames[0], frames.at(-1)]
  const ticks = first && last ? last.ticks - first.ticks : 0
  const seen = first && last && ticks > 0 ? ((last.offset - first.offset) / ticks) * TICKS_PER_SECOND : null
  const bytesPerSecond = seen ?? stream.sizeBytes / Math.max(stream.durationSeconds, 1)
  const guessed = border.ticks - (lagTicks ?? 0) - LAG_MARGIN_SECONDS * TICKS_PER_SECOND
  const toGuessed = first && lagTicks !== null ? (first.ticks - guessed) / TICKS_PER_SECOND : 0
  const seconds = toGuessed > 0 ? toGuessed : (BACK_SECONDS[Math.min(n, BACK_SECONDS.length - 1)] ?? 0)
  return Math.min(MAX_STEP_BYTES, Math.max(MIN_BACK_BYTES, bytesPerSecond * seconds))
}

function double(step: number): number {
  return Math.min(2 * step, MAX_STEP_BYTES)
}

function align(offset: number): number {
  return Math.floor(offset) - (Math.floor(offset) % PACKET_BYTES)
}
