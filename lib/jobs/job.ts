import type { Services } from '../services.ts'

/** Something that is done in the background, over and over, by one process at a time. */
export type Job = {
  readonly name: string
  /** From the end of one run to the beginning of the next; the first run is at once. */
  readonly everyMs: number
  /** A failure is logged and forgotten: the next run tries again. */
  readonly run: (services: Services, signal: AbortSignal) => Promise<void>
}
