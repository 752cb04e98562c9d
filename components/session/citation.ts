import { formatDuration, formatMoment } from '../times.ts'

/** What of a recording is cited. */
export type Cited = {
  readonly sessionId: string
  readonly archiveId: string
  readonly project: string
  readonly createdAt: Date
  readonly durationSeconds: number | null
  readonly sha256sum: string | null
}

/** One line for a report: which recording, and when it was made. Always in UTC: a citation outlives its reader's zone. */
export function cite({
  sessionId,
  archiveId,
  project,
  createdAt,
  durationSeconds,
  sha256sum,
}: Cited): string {
  return [
    `Session ${sessionId}`,
    `archive ${archiveId}`,
    project,
    `recorded ${formatMoment(createdAt, 'UTC')}`,
    durationSeconds === null ? null : `length ${formatDuration(durationSeconds)}`,
    sha256sum === null ? null : `SHA-256 ${sha256sum}`,
  ]
    .filter((part) => part !== null)
    .join(', ')
}

/** A moment to send to somebody: its place, its time of day, and the address that leads to it. */
export function citeMoment(createdAt: Date, atSeconds: number, address: string): string {
  const at = new Date(createdAt.getTime() + atSeconds * 1000)
  return `${formatDuration(atSeconds)} (${formatMoment(at, 'UTC')}) ${address}`
}
