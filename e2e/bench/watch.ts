// Viewers as a player makes them: up to fifteen seconds ahead, a heartbeat every five, over a line of two megabits.
import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { receive } from '../stack/receive.ts'

export type ViewerOrder = {
  readonly headers: Readonly<Record<string, string>>
  /** In the order they are played. */
  readonly segments: readonly {
    readonly url: string
    readonly seconds: number
    /** For a Range header, where segments are parts of a file. */
    readonly range?: string
  }[]
  /** Where the heartbeat goes, if anywhere, and the origin it is sent from. */
  readonly heartbeat: { readonly url: string; readonly origin: string } | null
  readonly startAfterMs: number
}

export type WatchReport = {
  readonly segments: number
  readonly bytes: number
  /** Times a picture stood still because its next segment was not there, and for how long at most. */
  readonly stalls: number
  readonly longestStallMs: number
  /** Segments and heartbeats that were refused or broken off, and what they were. */
  readonly refusals: number
  readonly faults: readonly string[]
}

type Report = {
  segments: number
  bytes: number
  stalls: number
  longestStallMs: number
  refusals: number
  faults: Set<string>
}

const AHEAD_SECONDS = 15
const HEARTBEAT_MS = 5_000
const LINE_BYTES_PER_SECOND = 250_000

/** Has everybody watch until so many seconds from now. */
export async function watch(viewers: readonly ViewerOrder[], seconds: number): Promise<WatchReport> {
  const agent = new Agent({ keepAlive: true })
  const report: Report = {
    ...{ segments: 0, bytes: 0, stalls: 0, longestStallMs: 0 },
    ...{ refusals: 0, faults: new Set() },
  }
  const untilMs = performance.now() + seconds * 1000
  await Promise.all(viewers.map((viewer) => play(viewer, report, { agent, untilMs })))
  agent.destroy()
  return { ...report, faults: [...report.faults] }
}

type Setting = { readonly agent: Agent; readonly untilMs: number }

async function play(viewer: ViewerOrder, report: Report, { agent, untilMs }: Setting): Promise<void> {
  await sleep(viewer.startAfterMs)
  let bufferedSeconds = 0
  /** When the recording's beginning would have been shown, had it never stood still. */
  let originMs = Number.NaN
  const position = (): number => Math.max(0, (performance.now() - originMs) / 1000)
  const end = new AbortController()
  let beating: Promise<void> | undefined
  for (const segment of viewer.segments) {
    const restMs = (bufferedSeconds - AHEAD_SECONDS - position()) * 1000
    if (restMs > 0) await sleep(Math.min(restMs, Math.max(0, untilMs - performance.now())))
    if (performance.now() >= untilMs) break
    const { status, bytes, isComplete } = await receive({
      url: segment.url,
      headers: { ...viewer.headers, ...(segment.range === undefined ? {} : { range: segment.range }) },
      agent,
      pace: () => LINE_BYTES_PER_SECOND,
    })
    if (!isComplete || status > 206) refuse(report, `a segment: ${status}`)
    report.segments += 1
    report.bytes += bytes
    const lateMs = (position() - bufferedSeconds) * 1000
    if (Number.isNaN(originMs)) {
      originMs = performance.now()
      beating = beat(viewer, report, { position, signal: end.signal })
    } else if (lateMs > 0) {
      report.stalls += 1
      report.longestStallMs = Math.max(report.longestStallMs, lateMs)
      originMs += lateMs
    }
    bufferedSeconds += segment.seconds
  }
  end.abort()
  await beating
}

async function beat(
  { heartbeat, headers }: ViewerOrder,
  report: Report,
  { position, signal }: { readonly position: () => number; readonly signal: AbortSignal },
): Promise<void> {
  if (heartbeat === null) return
  let from = 0
  while (!signal.aborted) {
    await sleep(HEARTBEAT_MS, undefined, { signal }).catch(() => {})
    if (signal.aborted) return
    const to = position()
    const response = await fetch(heartbeat.url, {
      method: 'POST',
      headers: { ...headers, origin: heartbeat.origin, 'content-type': 'application/json' },
      body: JSON.stringify({ positionSeconds: to, played: [[from, to]], rate: 1, visible: true }),
    })
    await response.arrayBuffer()
    if (response.status !== 204) refuse(report, `a heartbeat: ${response.status}`)
    from = to
  }
}

function refuse(report: Report, what: string): void {
  report.refusals += 1
  report.faults.add(what)
}
