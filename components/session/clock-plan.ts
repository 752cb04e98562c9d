/** What of an archive its place on the clock depends on. */
export type ClockArchive = {
  readonly archiveId: string
  readonly createdAt: Date
  readonly durationSeconds: number | null
}

/** A bar on the wall-clock line; places and widths in percent of the line. */
export type ClockBar = {
  readonly archiveId: string
  /** Archives that overlap lie in different lanes, the earliest in lane 0. */
  readonly lane: number
  readonly left: number
  readonly width: number
  /** Nobody knows how long it is: drawn as a minute. */
  readonly isGuess: boolean
}

export type ClockGap = {
  readonly left: number
  readonly width: number
  /** Null while nobody knows how long the archives before it are. */
  readonly seconds: number | null
}

export type ClockPlan = {
  readonly startsAt: Date
  /** Null while nobody knows how long the last archives are. */
  readonly endsAt: Date | null
  readonly laneCount: number
  readonly bars: readonly ClockBar[]
  readonly gaps: readonly ClockGap[]
}

/** From and to; a guess where an archive of unknown length lies in it. */
type Span = { readonly start: number; readonly end: number; readonly isGuess: boolean }

const GUESS_MS = 60_000
/** A gap takes at most this share of what is recorded, or a session used again after days would be two specks. */
const GAP_SHARE = 0.12

/** Lays a session's archives on one clock. Null when there is none. */
export function planClock(archives: readonly ClockArchive[]): ClockPlan | null {
  const placed = archives
    .map(({ archiveId, createdAt, durationSeconds }) => ({
      archiveId,
      start: createdAt.getTime(),
      end:
        createdAt.getTime() + (durationSeconds === null ? GUESS_MS : Math.max(1000, durationSeconds * 1000)),
      isGuess: durationSeconds === null,
    }))
    .toSorted((a, b) => a.start - b.start || a.end - b.end)
  const recorded = joinSpans(placed)
  const first = recorded[0]
  const last = recorded.at(-1)
  if (first === undefined || last === undefined) return null

  const pieces = layOut(recorded)
  const total = pieces.reduce((sum, { size }) => sum + size, 0)
  const lanes = planLanes(placed)
  return {
    startsAt: new Date(first.start),
    endsAt: last.isGuess ? null : new Date(last.end),
    laneCount: Math.max(...lanes) + 1,
    bars: placed.map(({ archiveId, start, end, isGuess }, index) => {
      const left = placeOf(start, pieces)
      return {
        archiveId,
        lane: lanes[index] ?? 0,
        left: percent(left, total),
        width: percent(placeOf(end, pieces) - left, total),
        isGuess,
      }
    }),
    gaps: pieces
      .filter(({ isGap }) => isGap)
      .map(({ start, end, at, size, isGuess }) => ({
        left: percent(at, total),
        width: percent(size, total),
        seconds: isGuess ? null : (end - start) / 1000,
      })),
  }
}

/** A stretch of the clock with where it is drawn, in the line's own units. */
type Piece = Span & { readonly at: number; readonly size: number; readonly isGap: boolean }

function layOut(recorded: readonly Span[]): Piece[] {
  const longest = recorded.reduce((sum, { start, end }) => sum + end - start, 0) * GAP_SHARE
  const pieces: Piece[] = []
  let at = 0
  for (const span of recorded) {
    const before = pieces.at(-1)
    if (before !== undefined) {
      const gap = { start: before.end, end: span.start, isGuess: before.isGuess }
      const size = Math.min(gap.end - gap.start, longest)
      pieces.push({ ...gap, at, size, isGap: true })
      at += size
    }
    const size = span.end - span.start
    pieces.push({ ...span, at, size, isGap: false })
    at += size
  }
  return pieces
}

function placeOf(time: number, pieces: readonly Piece[]): number {
  const piece = pieces.find(({ isGap, start, end }) => !isGap && time >= start && time <= end)
  return piece === undefined ? 0 : piece.at + (time - piece.start)
}

function joinSpans(ordered: readonly Span[]): Span[] {
  const joined: Span[] = []
  for (const { start, end, isGuess } of ordered) {
    const last = joined.at(-1)
    if (last !== undefined && start <= last.end)
      joined[joined.length - 1] = {
        start: last.start,
        end: Math.max(last.end, end),
        isGuess: last.isGuess || isGuess,
      }
    else joined.push({ start, end, isGuess })
  }
  return joined
}

/** The lowest lane that is free at each one's beginning. */
function planLanes(ordered: readonly Span[]): number[] {
  const freeFrom: number[] = []
  return ordered.map(({ start, end }) => {
    const free = freeFrom.findIndex((time) => time <= start)
    const lane = free === -1 ? freeFrom.length : free
    freeFrom[lane] = end
    return lane
  })
}

function percent(part: number, whole: number): number {
  return Math.round((part / whole) * 100_000) / 1000
}
