// What came at the viewers against what stands in the log.
import type { Scene } from './scene.ts'
import { countUncovered } from './spans.ts'
import type { StreamEnd } from './stream.ts'

/** Sums over many streams. */
export type Tally = {
  streams: number
  /** Ended before the recording did. */
  midStream: number
  receivedBytes: number
  /** Received and in no row. */
  unloggedBytes: number
  /** The most that one stream's rows claim beyond what it received; less than nothing is worse. */
  mostOverBytes: number
  leastOverBytes: number
  /** Ended as if all were sent, and was not. */
  falseEnds: number
}

/** What the log may claim beyond what was received: one window. */
const WINDOW_BYTES = 4 * 1024 * 1024

export function createTally(): Tally {
  return {
    ...{ streams: 0, midStream: 0, receivedBytes: 0, unloggedBytes: 0, falseEnds: 0 },
    ...{ mostOverBytes: 0, leastOverBytes: Number.POSITIVE_INFINITY },
  }
}

type WindowRow = { window_start: string; window_end: string; bytes: string }

/** Adds one stream that has ended, by the rows of its viewing. */
export async function addToTally(scene: Scene, tally: Tally, end: StreamEnd): Promise<void> {
  const rows = await scene.query<WindowRow>(
    `SELECT window_start, window_end, bytes FROM audit.log
     WHERE viewing_id = $1 AND action = 'viewing.window' AND outcome = 'allowed'`,
    [end.viewingId],
  )
  const windows = rows.map((row) => ({ start: Number(row.window_start), end: Number(row.window_end) }))
  const overBytes = rows.reduce((sum, { bytes }) => sum + Number(bytes), 0) - end.bytes
  tally.streams += 1
  tally.midStream += end.how === 'finished' ? 0 : 1
  tally.receivedBytes += end.bytes
  tally.unloggedBytes += countUncovered(end.spans, windows)
  tally.mostOverBytes = Math.max(tally.mostOverBytes, overBytes)
  tally.leastOverBytes = Math.min(tally.leastOverBytes, overBytes)
  tally.falseEnds += end.falseEnds
}

/** No byte without its row, at most one window too much, nothing that broke off looks whole. */
export function isKept(tally: Tally): boolean {
  return (
    tally.unloggedBytes === 0 &&
    tally.leastOverBytes >= 0 &&
    tally.mostOverBytes <= WINDOW_BYTES &&
    tally.falseEnds === 0
  )
}

export function describeTally(tally: Tally): string {
  const mebibytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(2)
  return [
    `${tally.streams} streams (${tally.midStream} broken off)`,
    `${mebibytes(tally.receivedBytes)} MiB received`,
    `${tally.unloggedBytes} bytes without a row`,
    `at most ${mebibytes(tally.mostOverBytes)} MiB of a stream claimed too much`,
    `${tally.falseEnds} cut short that looked whole`,
  ].join(', ')
}
